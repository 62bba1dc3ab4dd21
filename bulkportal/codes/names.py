"""Names that are the same, or only look the same."""

from __future__ import annotations

from bulkportal.codes.code import Code, Severity

NAMES: tuple[Code, ...] = (
    Code(
        code="names_alike",
        message="{name} looks like {other} ({where}), but it is another name: {difference}.",
        hint="Where both are meant to be one, write the name as it is there; otherwise give it a name that can be told apart at a glance.",
        column="bundle",
        explanation="A bundle is found again by its name. One that was typed with another capital, dash, quotation mark or script would be "
        "bought a second time, and a video would go to the wrong one. Names are compared within the sheets, with what this workspace has "
        "bought before, and with the bundles of the platform.",
        money=True,
    ),
    Code(
        code="unseen_character",
        message='{field} holds what nobody sees: {characters}. It was read as "{read}".',
        hint="Nothing to do if that is right; `bulkportal fix` writes the cell without it.",
        column="a name, an id, a number, a choice, a date or a link",
        explanation="Text that is copied from a chat, a web page or a document brings characters that have no look of their own. Two names that "
        "differ in nothing else are one name, so these characters are left out when a name is read, and every blank counts as one.",
        severity=Severity.WARNING,
    ),
)
