"""Names that are the same, or only look the same."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity

NAMES: tuple[Code, ...] = (
    Code(
        code="names_alike",
        message="{name} looks like {other} ({where}), but it is a different name: {difference}.",
        hint="If both are meant to be one, write the name as it is there; otherwise choose a name that is different at a glance.",
        column="`bundle`",
        explanation="A bundle is found again by its name. One that was typed with another capital, dash, quotation mark or script would be "
        "bought a second time, and a video would go to the wrong one. Names are compared within the sheets, with what this workspace has "
        "bought before, and with the bundles of the platform.",
        money=True,
    ),
    Code(
        code="example_not_read",
        message="The template's example row is unchanged, so it was not read.",
        hint="Delete it, or overwrite it: then it is a row like any other.",
        column="`bundle`",
        explanation="The templates show in one row how to fill the sheet in. As long as every cell of it holds what the template wrote, nothing is "
        "bought for it. Once a cell is changed, it is a row, whatever its bundle is called.",
        severity=Severity.WARNING,
    ),
    Code(
        code="row_named_example",
        message="The bundle of this row is called {name}, and the row is read like any other.{kept}",
        hint="Nothing to do if it is meant; otherwise delete the row, or give the bundle a name of its own.",
        column="`bundle`",
        explanation="A row that was written over the template's example is bought like any other. Only "
        "the untouched example of the template is left out.",
        severity=Severity.WARNING,
        money=True,
    ),
    Code(
        code="row_called_example",
        message="The row calls itself an example: {name}. Whether it is one is not known, so it is held.",
        hint="Delete the row if it is an example; otherwise give its bundle a name without brackets, colon or the word row.",
        column="`bundle`",
        explanation="Teams write example rows of their own into their sheets. If one of them were bought, the credits would be "
        "wasted; if a real row were silently left out, it would be missing.",
        holds=True,
        money=True,
    ),
    Code(
        code="unseen_character",
        message='{field} holds invisible characters: {characters}. It was read as "{read}".',
        hint="Nothing to do if that is right; otherwise type the cell again.",
        column="a name, an id, a number, a choice, a date or a link",
        explanation="Text that is copied from a chat, a web page or a document brings characters that cannot be seen. Two names that "
        "differ in nothing else are one name, so these characters are left out when a name is read, and every blank counts as one.",
        severity=Severity.WARNING,
    ),
)
