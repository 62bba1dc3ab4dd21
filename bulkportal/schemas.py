"""The rules of both sheets as pandera schemas, for scripts that make their rows themselves.

    import polars as pl
    from bulkportal import schemas

    schemas.videos(bundles=bundles).validate(videos, lazy=True)

What a field declares (type, choices, bounds, the shape of addresses) and what the platform asks for (by platform and type, of
carousels, sounds, dates and slots) stand as checks on the column at fault, each under the code that `bulkportal check` tells.
A schema judges typed rows. What only a file can show - how a cell was written, hidden rows, media beside the sheet - is not in it.
"""

from __future__ import annotations

from bulkportal.check.sheet_schemas import SheetSchema, bundles, videos

__all__ = ["SheetSchema", "bundles", "videos"]
