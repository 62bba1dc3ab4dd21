"""Tabs, headers, columns and rows that were read differently from what a person sees."""

from __future__ import annotations

from bulkportal.codes.code import Code

SHEETS: tuple[Code, ...] = ()
