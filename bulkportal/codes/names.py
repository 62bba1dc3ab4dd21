"""Names that are the same, or only look the same."""

from __future__ import annotations

from bulkportal.codes.code import Code

NAMES: tuple[Code, ...] = ()
