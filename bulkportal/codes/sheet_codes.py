"""Tabs, headers, columns and rows that were read differently from what a person sees."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

SHEETS: tuple[Code, ...] = (
    Code(
        code="sheet_hidden",
        message="The tab {sheet} is {tab}, so it was not read. It holds {holds}.",
        hint="Nothing to do if it is an old one. To have it read, unhide it, say --read-hidden, or write read_hidden = true in the profile.",
        column="the sheet",
        explanation="Whoever looks at the workbook does not see the tab, and would not know what is bought and published from it.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="sheet_unknown",
        message="The sheet {sheet} has no headers that bulkportal knows, so it was not read.",
        hint="Nothing to do if it holds notes.{otherwise}",
        column="the sheet",
        explanation="Columns are found by their headers; a workbook may hold other sheets, and nothing of them is sent.",
        severity=Severity.WARNING,
    ),
    Code(
        code="tabs_hidden",
        message="{what} stand on tabs that are hidden, which are not read: {tabs}.",
        hint="Unhide them, or say --read-hidden (read_hidden = true in the profile). --skip-hidden says that they are not meant.",
        column="the sheet",
        explanation="What nobody sees is not bought; and without it, the launch would differ from the workbook.",
        stage=Stage.FILE,
        money=True,
    ),
    Code(
        code="sheet_not_understood",
        message="The sheet {sheet} cannot be read as {kind}: {cause}.",
        hint="{mend}",
        column="the sheet",
        explanation=(
            "A file that was named, or a sheet called Bundles or Videos, is a part of the launch. Without it, bundles would be bought and left empty."
        ),
        stage=Stage.FILE,
        money=True,
    ),
    Code(
        code="column_unknown",
        message="The column {header!r} is not known, so it was not read.",
        hint="It is kept in the report as it is.",
        variants={"meant": ("The column {header!r} is not known, so it was not read.", "Did you mean {meant}? Rename the header if so.")},
        column="the header",
        explanation="A header is never guessed: what stands under a misspelt one is not sent.",
        severity=Severity.WARNING,
    ),
    Code(
        code="header_twice",
        message="Several headers mean {field}: {cells}. Which one counts would be a guess.",
        hint=(
            'Keep one of them, or say which is not read: "{header}" = "ignore" under [profiles.NAME.columns], '
            'or bulkportal map FILE --set "{header}=ignore" --save.'
        ),
        column="the header",
        explanation=(
            "Two columns that mean the same may hold different values, and only one can be sent. No row of the sheet is sent until that is clear."
        ),
        money=True,
    ),
    Code(
        code="header_beside",
        message="The column {header!r} was not read: {field} is read from {cell} ({counts!r}), which names it better.",
        hint="Nothing to do if it is a note of your own. Otherwise move its values, and delete it.",
        column="the header",
        explanation="Both headers mean the same column; the values of one of them are not sent.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="header_part_unread",
        message="The column {header!r} is read as {field}; {part!r} in its header was not understood.",
        hint='Rename the header to {field} if that is right. If the column is not meant, write "{header}" = "ignore" under [profiles.NAME.columns].',
        column="the header",
        explanation="What stands in brackets is usually a hint for whoever fills in the column, but it may also say that another column is meant.",
        severity=Severity.WARNING,
    ),
    Code(
        code="header_repeated",
        message="Row {row} repeats the headers{title}, so it was not read as a row.",
        hint="Nothing to do: the rows below it are read like those above. Delete the row if you like.",
        column="the row",
        explanation="Files that were put together, and tables in blocks, bring their headers along.",
        severity=Severity.WARNING,
    ),
    Code(
        code="header_changes",
        message="Row {row} holds headers again{title}, but not those of row {header_row}: what stands below belongs to another table.",
        hint="Put the rows below it on a sheet of their own, or into the columns of row {header_row}, and delete row {row}.",
        column="the row",
        explanation=(
            "The values below would be read under the headers above, and be sent as something else. No row of the sheet is sent until that is clear."
        ),
        money=True,
    ),
    Code(
        code="headers_glued",
        message="Row {row} continues with headers, from cell {cell}: two files were put together without a line break.",
        hint="Put a line break before the first header in that row, or save both files again and import them side by side.",
        column="the cell",
        explanation="The last row of the first file and the headers of the second stand in one line, and the last cell of the row is damaged.",
        money=True,
    ),
    Code(
        code="cell_without_header",
        message="The cell stands under no header, so it was not read.",
        hint="If a text was torn apart at its commas, put it in quotation marks; otherwise give the column a header.",
        variants={
            "column": (
                "Column {column} has no header, so {under}.",
                "If a text was torn apart at its commas, put it in quotation marks; otherwise give the column a header.",
            )
        },
        column="the cell",
        explanation="Without a header, nobody can say what a value is for.",
        severity=Severity.WARNING,
    ),
    Code(
        code="row_too_long",
        message="Row {row} has {cells}, but there are only {headers}: {beyond} would be left out.",
        hint="A text was torn apart at its {delimiter}: put it in quotation marks. If these are notes, give their column a header.",
        column="the first cell beyond the headers",
        explanation="A text with a comma that is not quoted ends at the comma, and half a caption would be posted.",
        money=True,
    ),
    Code(
        code="text_parted",
        message="{cell} begins with a blank right behind {before}, as if one text had been torn apart at its {delimiter}: {text!r}.",
        hint="If it is one text, put it in quotation marks. If these are two, delete the blank.",
        column="the cell behind a text",
        explanation="A text with a comma that is not quoted ends at the comma, and the rest would be taken for the next cell.",
        holds=True,
        money=True,
    ),
    Code(
        code="rows_swallowed",
        message="{cell} holds {count} of the table, such as {line!r}: a quotation mark was opened before, and closed only further down.",
        hint="Close the quotation mark where its text ends, or save the sheet as CSV from a spreadsheet program again.",
        column="the cell",
        explanation="What stands between two quotation marks is one text; it would be posted with all its lines, and the rows in it are missing.",
        money=True,
    ),
    Code(
        code="cells_merged",
        message="The cells {cells} are merged, so only the first of them has a value.",
        hint="Unmerge them, and write the value into each cell that should have it.",
        column="the cell",
        explanation="In the file the other cells are empty; whether they are meant to be would be a guess.",
    ),
    Code(
        code="rows_hidden",
        message="{rows} hidden in the sheet (by a filter, perhaps), and read all the same.",
        hint="Delete the rows if they are not meant.",
        column="the first of the rows",
        explanation="A filter hides rows without removing them, so they are bought and posted like the others.",
        severity=Severity.WARNING,
    ),
    Code(
        code="note_not_read",
        message="{rows} taken for totals or for a note under the table, and not read.",
        hint="If it is a row of the table, move it up to the others, and fill in its cells.",
        column="the first of the rows",
        explanation="A sparse line below a table is rarely a row; if it is one, it is not sent.",
        severity=Severity.WARNING,
    ),
    Code(
        code="column_hidden",
        message="The column {column} ({field}) is hidden in the sheet, and read all the same.",
        hint="Look at it once: unhide it, or empty its cells if they are not meant.",
        column="the header",
        explanation="Whoever looks at the sheet does not see what the column asks for, such as publishing.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="cell_unshown",
        message="{what} cannot be seen in the sheet ({why}), and {read} read all the same.",
        hint="Look at it once: choose another number format or colour, or empty what is not meant.",
        column="the first such cell of a column",
        explanation="Whoever looks at the sheet sees an empty cell, and does not know what is sent from it.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="struck_out",
        message="{what} struck out, so no longer meant, and {held} held.",
        hint="Remove the strikethrough from what is meant, and delete what is not.",
        column="the first such cell of a row, or the header",
        explanation="People strike out what is cancelled or replaced, and see at a glance that it is. Nothing of it is bought or posted until "
        "somebody has said that it is meant.",
        holds=True,
        money=True,
    ),
    Code(
        code="struck_by_rule",
        message="{cell} is struck out by a conditional format{when}, so no longer meant, and the row is held.",
        hint="Delete the row if it is not meant; if it is, take out of it what the format marks, or remove the format.",
        variants={
            "unknown": (
                "A conditional format strikes out cells of {area}{when}; whether {cell} is one of them could not be worked out, and the row is held.",
                "Look whether the row is struck out: delete it if it is not meant. What the format marks can also stand in a column such as status.",
            ),
        },
        column="the first such cell of a row",
        explanation="A row that a rule strikes out looks like one that was struck out by hand. Conditions that compare a cell with a word or a "
        "number, look for a word in it, or ask whether it is blank are worked out, also joined by AND, OR and NOT; what others come to is worked "
        "out by the spreadsheet program alone, and no file says so.",
        holds=True,
        money=True,
    ),
    Code(
        code="column_not_ours",
        message="The column {header!r} was not read. bulkportal writes a column of that name, but this one holds words of your own, such as {such}.",
        hint='Nothing to do if it is for yourselves: "{header}" = "ignore" under [profiles.NAME.columns] settles it once and for all.',
        column="the header",
        explanation="A team's own status or result says something about the rows, and bulkportal does not know what.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="row_on_hold",
        message="The column {header!r} says {value!r}, so the row is held.",
        hint=(
            "Change the cell once the row may be sent, or delete the row. If the column does not say what may be sent, write "
            '"{header}" = "ignore" under [profiles.NAME.columns], or run: bulkportal map FILE --set "{header}=ignore" --save'
        ),
        variants={
            "name": (
                "{cell} says {value!r}, so the row is held.",
                "Take the words out once the row may be sent, or delete the row. If it is a name, the profile says so: meant_names = [{value!r}]",
            ),
            "comment": (
                "The row begins like one that was taken out ({value!r}), so it is held.",
                "Delete the row, or the sign before its name. If it is a name, the profile says so: meant_names = [{value!r}]",
            ),
            "note": (
                "The note on cell {cell} says {value!r}, so the row is held.",
                "Delete the note or resolve the thread once the row may be sent, or delete the row.",
            ),
        },
        column="a column such as `status` or `approval`, or a cell with a note",
        explanation="A row that its team calls a draft, on hold or cancelled is not bought or published until somebody has said that it is meant.",
        holds=True,
        money=True,
    ),
    Code(
        code="notes_on_cells",
        message="{notes} of people, which hold nothing: {cells}.",
        hint="Read them once. What is not to be sent yet can stand in a column such as status, or in a note that says nothing but so.",
        column="the first such cell of a sheet",
        explanation="A note is for people, unless it says that its row is not to be sent. Whoever looks at the sheet sees it, and may take it for an "
        "instruction that is followed.",
        severity=Severity.WARNING,
    ),
    Code(
        code="sheet_on_hold",
        message="{what} says {value!r}, so the rows of the sheet {sheet} are held.",
        hint="Once they may be sent, rename the tab or delete the line. If they are not meant, delete or hide the tab.",
        column="the sheet",
        explanation="What stands on a tab called Archive, or under a line that says draft or do not send, is not bought until somebody has said "
        "that it is meant.",
        holds=True,
        money=True,
    ),
)
