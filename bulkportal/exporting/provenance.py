"""Where an export comes from, as recorded in its base copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bulkportal.check.base import SEALED, seal_of
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.export_rows import ExportRow
from bulkportal.lossless.cell_values import safe_text

BASE = "_base"
"""The sheet of facts about the export, and how the sheets of the base copy begin."""
BASE_SCHEMA = "bulkportal.base/1"
BASE_SHEETS = {BUNDLES.sheet: "_base_bundles", POSITIONS.sheet: "_base_videos"}
"""The base copy of each sheet: what the platform had when the sheet was written, cell by cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The platform's host, the moment in UTC, the run and the version. Nothing about the user."""

    host: str
    taken_at: str
    run_id: str
    version: str

    def facts(self, copies: Sequence[Sequence[ExportRow]]) -> Mapping[str, str]:
        """The facts in the base copy: where the export comes from, and after the version a seal for each of its sheets."""
        # Over the texts as a cell will hold them: a caption that is cut at 32,767 characters must fit its own seal.
        seals = [seal_of({name: safe_text(text) for name, text in row.base.items()} for row in rows) for rows in copies]
        return {
            "schema": BASE_SCHEMA,
            "platform": self.host,
            "taken_at": self.taken_at,
            "run_id": self.run_id,
            "bulkportal": f"{self.version}{SEALED}{' '.join(seals)}",
        }
