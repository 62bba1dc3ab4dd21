"""Undo: from what a run changed to the workbook that reverts it, and the list of what cannot be reverted.

The workbook is like an export: its visible cells hold the values from before the run, its hidden base copy those that the run set.
So importing it changes what is still as the run left it, and nothing that somebody has changed since.
"""
