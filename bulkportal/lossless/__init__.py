"""A user's workbook with a few cells changed and every other byte kept; the entry point is `Editor`. See README.md here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bulkportal.lossless.editor import Annotation, CannotKeep, CellValue, Correction, Editor, Marks

__all__ = ["Annotation", "CannotKeep", "CellValue", "Correction", "Editor", "Marks"]


def __getattr__(name: str) -> object:
    """Load the editing modules only when they are used: reading a workbook needs none of them."""
    if name in __all__:
        from bulkportal.lossless import editor

        return getattr(editor, name)
    raise AttributeError(name)
