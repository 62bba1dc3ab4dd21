"""The register of codes: every kind of finding once, with its words.

A finding is one case of a code: the code says what is wrong, what to do and why it matters, and the finding says
where. Screen, JSON, workbook, page and documentation all take the words from here, so they cannot differ.
One module for each subject; add a code to the one it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bulkportal.codes.bundles import OF_BUNDLES
from bulkportal.codes.cells import CELLS
from bulkportal.codes.code import Code, Severity, Stage, Subject
from bulkportal.codes.content import CONTENT
from bulkportal.codes.doubts import DOUBTS
from bulkportal.codes.files import FILES
from bulkportal.codes.links import LINKS
from bulkportal.codes.media import MEDIA
from bulkportal.codes.money import MONEY
from bulkportal.codes.names import NAMES
from bulkportal.codes.nights import NIGHTS
from bulkportal.codes.operations import OPERATIONS
from bulkportal.codes.rows import OF_ROWS
from bulkportal.codes.sheets import SHEETS
from bulkportal.codes.standing import STANDING
from bulkportal.codes.unread import MISREAD, NOT_BELIEVED
from bulkportal.codes.videos import OF_VIDEOS

__all__ = ["REGISTER", "SUBJECTS", "Code", "Severity", "Stage", "Subject"]

SUBJECTS: tuple[Subject, ...] = (
    Subject("Rules for Bundles", OF_BUNDLES),
    Subject("Rules for Videos", OF_VIDEOS),
    Subject("Rules for rows of both sheets", OF_ROWS),
    Subject("Cells that cannot be read", (*MISREAD, *NOT_BELIEVED)),
    Subject("Cells that can be read in more than one way", CELLS),
    Subject("What the rows ask for", CONTENT),
    Subject("Names", NAMES),
    Subject("Tabs, headers, columns and rows", SHEETS),
    Subject("Rows that seem to have slipped", DOUBTS),
    Subject("Media files", MEDIA),
    Subject("Links", LINKS),
    Subject("What the platform has already", STANDING),
    Subject("Credits", MONEY),
    Subject("Several files in one night", NIGHTS),
    Subject("Files that cannot be read", FILES),
)
"""Every kind of finding, in the order of the page of findings."""

REGISTER: Mapping[str, Code] = MappingProxyType({code.code: code for codes in (*(s.codes for s in SUBJECTS), OPERATIONS) for code in codes})
"""Every code by its name. A name is never given to another meaning, and never taken away."""
