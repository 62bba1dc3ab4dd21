"""Somebody's workbook with a few cells changed and every other byte as it was; the door is `Editor`. See README.md here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bulkportal.lossless.editor import Annotation, CannotKeep, CellValue, Correction, Editor, Marks

__all__ = ["Annotation", "CannotKeep", "CellValue", "Correction", "Editor", "Marks"]


def __getattr__(name: str) -> object:
    """What changes workbooks, where somebody asks for it: reading one needs none of it."""
    if name in __all__:
        from bulkportal.lossless import editor

        return getattr(editor, name)
    raise AttributeError(name)
