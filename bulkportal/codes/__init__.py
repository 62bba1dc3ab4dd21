"""The register of codes: every kind of finding once, with its words.

A finding is one case of a code: the code says what is wrong, what to do and why it matters, and the finding says
where. Screen, JSON, workbook, page and documentation all take the words from here, so they cannot differ.
One module for each subject; add a code to the one it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bulkportal.codes.bundle_codes import OF_BUNDLES
from bulkportal.codes.cell_codes import CELLS
from bulkportal.codes.code import Code, Severity, Stage, Subject
from bulkportal.codes.content_codes import CONTENT
from bulkportal.codes.doubt_codes import DOUBTS
from bulkportal.codes.file_codes import FILES
from bulkportal.codes.link_codes import LINKS
from bulkportal.codes.live_codes import LIVE
from bulkportal.codes.media_codes import MEDIA
from bulkportal.codes.money_codes import MONEY
from bulkportal.codes.name_codes import NAMES
from bulkportal.codes.night_codes import NIGHTS
from bulkportal.codes.operation_codes import OPERATIONS
from bulkportal.codes.row_codes import OF_ROWS
from bulkportal.codes.sheet_codes import SHEETS
from bulkportal.codes.standing_codes import STANDING
from bulkportal.codes.unread_codes import MISREAD, NOT_BELIEVED
from bulkportal.codes.video_codes import OF_VIDEOS

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
    Subject("Results in a Google Sheet", LIVE),
    Subject("Files that cannot be read", FILES),
)
"""Every kind of finding, in the order of the page of findings."""

REGISTER: Mapping[str, Code] = MappingProxyType({code.code: code for codes in (*(s.codes for s in SUBJECTS), OPERATIONS) for code in codes})
"""Every code by its name. A name is never given to another meaning, and never taken away."""
