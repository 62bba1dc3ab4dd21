"""What is found while nobody looks."""

from __future__ import annotations

from bulkportal.codes.code import Code

NIGHTS: tuple[Code, ...] = ()
