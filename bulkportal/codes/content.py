"""What the rows ask for: media, dates, texts, settings."""

from __future__ import annotations

from bulkportal.codes.code import Code

CONTENT: tuple[Code, ...] = ()
