"""Cells that cannot be read as what their column takes."""

from __future__ import annotations

from bulkportal.codes.code import Code

_ENTRIES = "Separate the entries by semicolons or new lines."

MISREAD: tuple[Code, ...] = (
    Code(
        code="integer_invalid",
        message='{field} must be a whole number, not "{value}".',
        hint="Write digits only, such as 3.",
        variants={
            "shown_as_day": (
                '{field} must be a whole number, not "{value}".',
                "The cell holds the number {number} and is formatted as a date: format it as a number, and it shows {number}.",
            ),
            "day": (
                '{field} must be a whole number, not "{value}".',
                "The cell is formatted as a date, or a date was made of what was written (such as 1-2): format it as a number and write it again.",
            ),
        },
        column="{integer}",
        explanation="What a number stands for may be bought, so no number is guessed from words.",
    ),
    Code(
        code="boolean_invalid",
        message='{field} must be yes or no, not "{value}".',
        hint="Write yes or no.",
        column="{boolean}",
        explanation="A word that means neither could be read as either, and the cell decides what is bought or published.",
    ),
    Code(
        code="date_invalid",
        message='"{value}" is not a date bulkportal can read.',
        hint="Write it as YYYY-MM-DD, such as 2027-03-15.",
        column="{date}",
        explanation="A date that was only partly understood would post the video on a day that nobody chose.",
    ),
    Code(
        code="date_ambiguous",
        message='"{value}" can be read as two different days.',
        hint="Write it as YYYY-MM-DD; bulkportal never guesses which number is the month.",
        column="{date}",
        explanation="Half of the world writes the day first, and a wrong guess posts the video months off. `--date-order` says which it is.",
    ),
    Code(
        code="choice_invalid",
        message='"{value}" is not one of: {choices}.',
        hint="Write one of: {choices}.",
        column="{choice}",
        explanation="The platform refuses any other word.",
    ),
    Code(
        code="url_invalid",
        message='"{value}" is not a web address.',
        hint="Write an address that begins with https://.",
        column="{url}",
        explanation="The platform and its creators follow the address as it stands.",
    ),
    Code(code="list_invalid", message='"{value}" is not a list.', hint=_ENTRIES, column="{list}", explanation="No entry can be recognised in it."),
    Code(
        code="media_list_invalid",
        message='"{value}" is not a list of links or files.',
        hint=_ENTRIES,
        column="{media_list}",
        explanation="No link and no file name can be recognised in it.",
    ),
    Code(
        code="media_invalid",
        message='"{value}" is not a link or a file.',
        hint="Write a link, or the name of a file beside the sheet.",
        column="{media}",
        explanation="There is nothing that could be sent for it.",
    ),
    Code(code="text_invalid", message='"{value}" is not text.', hint="Write plain text.", column="{text}", explanation="It cannot be posted."),
    Code(
        code="clear_not_allowed",
        message="{field} cannot be emptied.",
        hint="Write a value, or leave the cell blank to keep what is there.",
        column="every column that cannot be emptied",
        explanation="`(clear)` empties a field on the platform, which takes that for some fields only.",
    ),
)
"""Texts that are not what their columns take. Where it is certain what was meant, that comes before the hint."""

NOT_BELIEVED: tuple[Code, ...] = (
    Code(
        code="cell_error_value",
        message="The cell shows an error of the spreadsheet program.",
        hint="Repair the formula, or write the value itself.",
        column="every column",
        explanation="#REF! and the like would be posted, or read as no value.",
    ),
    Code(
        code="formula_without_value",
        message="The cell holds a formula whose value is not stored in the file.",
        hint="Open the file in Excel and save it, or write the value itself.",
        column="every column",
        explanation="Programs that write workbooks do not always calculate their formulas, and bulkportal does not do so for them.",
    ),
    Code(
        code="number_too_long",
        message="The number has too many digits: the spreadsheet program has rounded it.",
        hint="Format the column as text and enter the value again.",
        column="every column",
        explanation="Beyond fifteen digits a spreadsheet program writes zeros, which makes it a different id.",
    ),
    Code(
        code="number_shown_otherwise",
        message="The cell does not show the number it holds: its number format adds digits, words or signs.",
        hint="Format the cell as text and enter the value as it should be read.",
        column="{text}",
        explanation="Whoever looks at the sheet sees an id or a name that the file does not hold.",
    ),
    Code(
        code="number_shows_another",
        message="The cell shows a different number from the one it holds: its number format scales it, rounds it, or adds digits.",
        hint="Format the cell as General, look at the number, and correct it.",
        column="every column",
        explanation="Whoever looks at the sheet sees a different number from the one that would be bought.",
    ),
)
"""Cells whose values the reader does not believe: see `sheets.table.CellProblem`, whose words these codes are."""
