"""Undo: from what a run changed to the workbook that puts it back, and the list of what cannot be put back.

The workbook is one like an export: its visible cells hold what stood there before the run, its hidden base copy what the run set.
So an import of it changes what is still as the run left it, and nothing that somebody has changed since.
"""
