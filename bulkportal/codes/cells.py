"""Cells whose text can be read in more than one way, or in none."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity, Stage

_TEXT_COLUMNS = "every column of a text file"

CELLS: tuple[Code, ...] = (
    Code(
        code="formula_as_text",
        message="The cell holds a formula as a text, not what it shows: {value!r}.",
        hint="Write what the formula gives: format the cell as General and enter it again, or save the sheet without showing formulas.",
        column="any text, link or list",
        explanation="A formula in a cell that is formatted as text, or in a file saved while formulas were shown, would be posted as it stands.",
        money=True,
    ),
    Code(
        code="letters_lost",
        message="Question marks stand where letters may have been: {text!r}.",
        hint="Nothing to do if it is meant so. Else save the sheet anew as CSV UTF-8: other kinds of CSV have no room for some letters and emojis.",
        column="every text",
        severity=Severity.WARNING,
        explanation="A program that saves letters which an encoding does not have writes question marks, and they would be posted.",
        money=True,
    ),
    Code(
        code="encoding_unknown",
        message="The file is not UTF-8 (line {line}, column {column} holds the byte {byte}){read}.",
        hint="Save it as CSV UTF-8; or say how it is written, or in the profile: {proposal}.",
        column="-",
        explanation="Text in another encoding reads as letters that nobody wrote, and would be posted so. Which one it is cannot be told for sure.",
        stage=Stage.FILE,
        money=True,
    ),
    Code(
        code="encoding_wrong",
        message="The file is not {encoding} text: line {line}, column {column} holds the byte {byte}, which has no meaning there.",
        hint="Name another encoding with --encoding (or in the profile), or save the file as CSV UTF-8.",
        column="-",
        explanation="The encoding was named by `--encoding` or the profile, or by a mark at the start of the file, and the text does not keep to it.",
        stage=Stage.FILE,
    ),
    Code(
        code="text_not_utf8",
        message="The file is UTF-8, but for some places: line {line}, column {column} holds the byte {byte}, which no UTF-8 text has.",
        hint="Correct the text there and save the file as CSV UTF-8; text of two encodings was probably put together. "
        "If it is all in one encoding, say which: --encoding NAME.",
        column="-",
        explanation="A letter is lost there, or a part of the text was pasted from a file in another encoding.",
        stage=Stage.FILE,
    ),
    Code(
        code="encoding_guessed",
        message="The file {why}, and was read as {encoding}: this cell shows how its letters came out.",
        hint="{hint}",
        column=_TEXT_COLUMNS,
        explanation="A file that does not say how it is written can be read in more than one way. Windows text is taken where every word can be "
        "meant so; an encoding that was named is taken, and doubted where the file is sound UTF-8.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="control_character",
        message="The text holds a character that nobody sees or means: {characters}.",
        hint="Delete it, or write the text anew; it would be posted.",
        column="every text",
        explanation="Such characters come with text pasted from another program, or read in a wrong encoding; a letter may be lost there.",
        severity=Severity.WARNING,
    ),
    Code(
        code="list_read_apart",
        message="The cell was read as {count}: {entries}.",
        hint="Nothing to do if that is meant; separate entries by semicolons or new lines to be sure.",
        column="`carousel_images`, `youtube_tags`, `instagram_collaborators`",
        explanation="Commas and blanks separate entries only where there is no other reading, and a leading @ or # is left out.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="list_separator",
        message="The entries of this list are separated by “{separator}”, which may as well belong to an entry.",
        hint="Separate the entries by semicolons or new lines.",
        column="`carousel_images`, `youtube_tags`, `instagram_collaborators`",
        explanation="Read as one entry it would be posted as one tag, one person or one file.",
        money=True,
    ),
    Code(
        code="date_far_away",
        message="{target_publish_date} is years away, as if its year were mistyped.",
        hint="Did you mean {_meant_day}? Nothing to do if it is meant.",
        column="`target_publish_date`",
        explanation="A mistyped year is a valid date. Told beyond 18 months, but for a launch of which all dates lie so far ahead.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="time_dropped",
        message="The platform knows days only: this is sent as {day}{why}.",
        hint="Write the day alone; the time of day cannot be chosen.",
        column="`target_publish_date`",
        explanation="A time in a date is not sent. With a time zone the UTC day may be another than the one that is written.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="weekday_contradicts",
        message="{day} is a {weekday}, not what the cell says.",
        hint="Correct the date or the weekday; YYYY-MM-DD alone is enough.",
        column="`target_publish_date`",
        explanation="One of the two is mistyped, and only who wrote it knows which: the row is held, for it could be posted on a wrong day.",
        holds=True,
        money=True,
    ),
    Code(
        code="several_links",
        message="The cell holds several links, and takes one.",
        hint="Keep one of them; the images of a carousel belong into carousel_images.",
        column="`video`, `profile_picture` and other links",
        explanation="Nobody can say which of them is meant, and the whole text is no address.",
        money=True,
    ),
)
