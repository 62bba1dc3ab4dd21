"""The register of codes: every kind of finding once, with its words.

A finding is one case of a code: the code says what is wrong, what to do and why it matters, and the finding says
where. Screen, JSON, workbook, page and documentation all take the words from here, so they cannot differ.
One module for each subject; add a code to the one it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bulkportal.codes.cells import CELLS
from bulkportal.codes.code import Code, Severity, Stage
from bulkportal.codes.content import CONTENT
from bulkportal.codes.files import FILES
from bulkportal.codes.money import MONEY
from bulkportal.codes.names import NAMES
from bulkportal.codes.nights import NIGHTS
from bulkportal.codes.sheets import SHEETS

__all__ = ["REGISTER", "Code", "Severity", "Stage"]

REGISTER: Mapping[str, Code] = MappingProxyType({code.code: code for code in (*FILES, *SHEETS, *CELLS, *NAMES, *CONTENT, *MONEY, *NIGHTS)})
"""Every code by its name. A name is never given to another meaning, and never taken away."""
