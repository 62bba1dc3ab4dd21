"""openpyxl, merely reading a workbook's first sheet."""

from __future__ import annotations

import sys

from openpyxl import load_workbook

print(sum(1 for _ in load_workbook(sys.argv[1], read_only=True, data_only=True).worksheets[0].iter_rows(values_only=True)))
