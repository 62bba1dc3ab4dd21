"""The words for cells that could not be read, by code: a message and a hint each; and how a sentence quotes a text."""

from __future__ import annotations

from bulkportal.sheets.table import Trouble

MISREADINGS: dict[str, tuple[str, str]] = {
    "integer_invalid": ('{field} must be a whole number, not "{value}".', "Write digits only, such as 3."),
    "boolean_invalid": ('{field} must be yes or no, not "{value}".', "Write yes or no."),
    "date_invalid": ('"{value}" is not a date bulkportal can read.', "Write it as YYYY-MM-DD, such as 2027-03-15."),
    "date_ambiguous": (
        '"{value}" can be read as two different days.',
        "Write it as YYYY-MM-DD; bulkportal never guesses which number is the month.",
    ),
    "choice_invalid": ('"{value}" is not one of: {choices}.', "Write one of: {choices}."),
    "url_invalid": ('"{value}" is not a web address.', "Write an address that begins with https://."),
    "list_invalid": ('"{value}" is not a list.', "Separate the entries by semicolons or new lines."),
    "media_list_invalid": ('"{value}" is not a list of links or files.', "Separate the entries by semicolons or new lines."),
    "media_invalid": ('"{value}" is not a link or a file.', "Write a link, or the name of a file beside the sheet."),
    "text_invalid": ('"{value}" is not text.', "Write plain text."),
    "clear_not_allowed": ("{field} cannot be emptied.", "Write a value, or leave the cell blank to keep what is there."),
}

NUMBER_SHOWN_AS_DAY = "The cell holds the number # and is formatted as a date: format it as a number, and it shows #."
DAY_FOR_A_NUMBER = "The cell is formatted as a date, or a date was made of what was written (such as 1-2): format it as a number and write it again."

MARKS: dict[Trouble, tuple[str, str]] = {
    Trouble.ERROR_VALUE: ("The cell shows an error of the spreadsheet program.", "Repair the formula, or write the value itself."),
    Trouble.FORMULA_WITHOUT_VALUE: (
        "The cell holds a formula whose value is not stored in the file.",
        "Open the file in Excel and save it, or write the value itself.",
    ),
    Trouble.NUMBER_TOO_LONG: (
        "The number has too many digits: the spreadsheet program has rounded it.",
        "Format the column as text and enter the value again.",
    ),
    Trouble.SHOWN_OTHERWISE: (
        "The cell shows something else than the number it holds: its number format adds digits, words or signs.",
        "Format the cell as text and enter the value as it should be read.",
    ),
    Trouble.ANOTHER_NUMBER: (
        "The cell shows another number than it holds: its number format scales it, rounds it, or adds digits.",
        "Format the cell as General, look at the number, and correct it.",
    ),
}


def shortened(text: str, most: int = 80) -> str:
    """A text as a sentence quotes it."""
    return text if len(text) <= most else f"{text[: most - 3]}..."
