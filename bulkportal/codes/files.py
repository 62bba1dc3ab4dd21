"""Files that cannot be read."""

from __future__ import annotations

from bulkportal.codes.code import Code

FILES: tuple[Code, ...] = ()
