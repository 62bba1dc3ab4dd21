"""Cells that show a label and lead to an address: where the label is understood as nothing, the address behind it was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bulkportal.check.findings import Finding, Severity, Sheet
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.remote_files import is_address

WHY = "The address behind the label."
"""What a corrected cell says of it."""

_KINDS = (Kind.MEDIA, Kind.MEDIA_LIST, Kind.URL)


def with_addresses(findings: Iterable[Finding], sheets: Sequence[Sheet], catalogues: Mapping[str, Catalogue]) -> Iterator[Finding]:
    """The findings; each error about a link or a file whose cell leads to an address names that address, and proposes it."""
    behind = {
        (sheet.table.file, sheet.table.sheet, f"{column}{row}"): (address, catalogues[sheet.kind])
        for sheet in sheets
        for (row, column), address in sheet.table.links.items()
        if is_address(address)
    }
    for finding in findings:
        address, catalogue = behind.get((finding.file, finding.sheet or "", finding.cell or ""), ("", None))
        if catalogue is None or not _may_be_meant(finding, address, catalogue):
            yield finding
            continue
        hint = f"Behind the label stands the link {address}: write that into the cell, if it is meant."
        yield replace(finding, hint=hint, proposal=address)


def _may_be_meant(finding: Finding, address: str, catalogue: Catalogue) -> bool:
    """Whether a cell could not be used as it stands, and holds a label alone."""
    if finding.severity is not Severity.ERROR or finding.column not in catalogue.names:
        return False
    value = finding.value or ""
    return catalogue[finding.column].kind in _KINDS and value != address and not is_address(value)
