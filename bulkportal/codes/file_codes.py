"""Files that cannot be read."""

from __future__ import annotations

from bulkportal.codes.code import Code, Stage

_FILE = "the file"

FILES: tuple[Code, ...] = (
    Code(
        code="file_missing",
        message="There is no such file.",
        hint="Check the name and the folder.",
        variants={
            "folder": ("The folder holds no CSV file.", "Put bundles.csv and videos.csv into it, or name a workbook instead of the folder."),
        },
        column=_FILE,
        explanation="Without the file nothing is known of the launch.",
        stage=Stage.FILE,
    ),
    Code(
        code="file_unreadable",
        message="The file cannot be opened: {reason}.",
        hint="Check that you may read it and that no other program holds it.",
        variants={"device": ("This is a device or a pipe, not a file.", "Name a file, or use - to read CSV from standard input.")},
        column=_FILE,
        explanation="The operating system refuses to open it.",
        stage=Stage.FILE,
    ),
    Code(
        code="file_empty",
        message="The file is empty.",
        hint="Was it saved? Choose the file that holds the rows.",
        variants={"blank": ("There is no text in any cell.", "Was it saved? Choose the file that holds the rows.")},
        column=_FILE,
        explanation="It is often a file that was never saved, or the wrong one.",
        stage=Stage.FILE,
    ),
    Code(
        code="file_too_large",
        message="The workbook is too large to read safely: {what}.",
        hint="Delete unused rows and columns, or copy the cells that matter into a new workbook.",
        variants={
            "bytes": ("The file is larger than {most} MB.", "Split it into several files."),
            "address": ("The file at this address is larger than {most} MB.", "Download it, and split it into several files."),
            "rows": ("The file has more than {most} rows or far too many columns.", "Split it into several files."),
            "worksheet": (
                "The file has {last} rows, and its report would be a worksheet, which holds {most}.",
                "Split it into several files. It can be checked as it is, without --report.",
            ),
            "columns": (
                "The sheet has {filled} columns that hold something; up to {most} are read.",
                "Delete the columns that do not belong to it.",
            ),
            "cell": (
                "A cell in column {column} of the sheet {tab} holds more text than a spreadsheet program can.",
                "Shorten it, or empty it.",
            ),
            "old": ("The old workbook is larger than {most} MB.", "Open it in your spreadsheet program and save it as .xlsx."),
            "old_cells": (
                "The cells of the old workbook hold more than {most} MB of text, or are far too many.",
                "Open it in your spreadsheet program and save it as .xlsx.",
            ),
        },
        column=_FILE,
        explanation="A small file may unpack to more than the memory of a machine; no launch comes near these limits.",
        stage=Stage.FILE,
    ),
    Code(
        code="file_encrypted",
        message="The file is protected with a password.",
        hint="Remove the password and save it again.",
        variants={
            "workbook": (
                "The workbook is protected with a password.",
                "Open it, remove the password (File, Info, Protect Workbook) and save it again.",
            ),
            "old": ("The workbook is protected with a password.", "Remove the password and save it again."),
        },
        column=_FILE,
        explanation="bulkportal never asks for a password, since a command may run while nobody is there.",
        stage=Stage.FILE,
    ),
    Code(
        code="file_truncated",
        message="The workbook is damaged or was not copied completely.",
        hint="Copy or download it again, or open it in your spreadsheet program and save it as .xlsx.",
        variants={
            "old": (
                "The old workbook (.xls) is damaged or was not copied completely.",
                "Copy it again, or open it in your spreadsheet program and save it as .xlsx.",
            ),
        },
        column=_FILE,
        explanation="What is left of it may be a part of the launch only, so none of it is read.",
        stage=Stage.FILE,
    ),
    Code(
        code="file_archive",
        message="The file is an archive, and holds whole files: {holds}.",
        hint="Unpack it, and name what is in it: the workbook, or the folder with the CSV files.",
        column=_FILE,
        explanation="Which of its files are meant, and where the media lie beside them, is clear once it is unpacked.",
        stage=Stage.FILE,
    ),
    Code(
        code="file_not_spreadsheet",
        message="The file is {what}.",
        hint="Save the sheet as .xlsx or as CSV.",
        variants={
            "foreign": ("The file is {what}.", "Open the sheet in your spreadsheet program and save it as .xlsx or as CSV UTF-8."),
            "text": (
                "The file is not text in an encoding that can be recognised.",
                "Save it as CSV UTF-8, or say how it is written with --encoding.",
            ),
        },
        column=_FILE,
        explanation="What counts is the content of a file, not its name.",
        stage=Stage.FILE,
    ),
    Code(
        code="csv_broken",
        message='Row {row} (line {line}) opens a quotation mark (") that is never closed, or has a cell that is far too long.',
        hint="Close the quotation mark in that line, or save the sheet as CSV from a spreadsheet program again.",
        column=_FILE,
        explanation="All rows after an open quotation mark become one text, and would be missing.",
        stage=Stage.FILE,
    ),
    Code(
        code="no_known_header",
        message="No sheet of {name} has headers that bulkportal knows{where}: {cause}.",
        hint="{mend}",
        variants={"nothing": ("There is no sheet to read.", "Start from `bulkportal template launch.xlsx`.")},
        column=_FILE,
        explanation="Columns are found by their headers. Without one that is known, every column would be a guess.",
        stage=Stage.FILE,
    ),
    Code(
        code="address_refused",
        message="The sheet at this address cannot be fetched: {why}.",
        hint="Check the address and who it is shared with, or download the file and name it here.",
        variants={"advised": ("The sheet at this address cannot be fetched: {why}.", "{advice}")},
        column=_FILE,
        explanation="The server did not deliver the file, or is not one that bulkportal asks.",
        stage=Stage.FILE,
    ),
    Code(
        code="not_a_plan",
        message="{name} is not a plan that bulkportal wrote.",
        hint="Make one with `bulkportal plan launch.xlsx -o plan.xlsx`, approve its lines, save it as .xlsx, and apply that.",
        variants={"older": ("{name} is a plan of another version of bulkportal.", "Make a new plan and have it approved.")},
        column=_FILE,
        explanation="`apply` sends what somebody has approved line by line, and nothing else.",
        stage=Stage.FILE,
    ),
    Code(
        code="approval_unclear",
        message="{cell} is not clear: {what}. Nothing was sent.",
        hint="{mend}",
        column="the approval of a line",
        explanation="A line is sent only when somebody has approved it. An unclear word is reported before anything is bought.",
        stage=Stage.FILE,
    ),
)
