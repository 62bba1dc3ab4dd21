"""fastexcel, merely reading a workbook's first sheet as text into polars."""

from __future__ import annotations

import sys

import fastexcel

print(fastexcel.read_excel(sys.argv[1]).load_sheet(0, dtypes="string").to_polars().shape)
