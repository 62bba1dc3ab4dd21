"""Somebody's workbook with a few cells changed and every other byte as it was; the door is `Editor`. See README.md here."""

from bulkportal.lossless.editor import Annotation, CannotKeep, CellValue, Correction, Editor, Marks

__all__ = ["Annotation", "CannotKeep", "CellValue", "Correction", "Editor", "Marks"]
