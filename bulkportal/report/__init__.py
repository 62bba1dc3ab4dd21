"""The report: what happened to every row, as a workbook, a page and JSON."""
