"""What credits are spent on, and what stands in the way."""

from __future__ import annotations

from bulkportal.codes.code import Code

MONEY: tuple[Code, ...] = ()
