"""Cells whose text can be read in more than one way, or in none."""

from __future__ import annotations

from bulkportal.codes.code import Code

CELLS: tuple[Code, ...] = ()
