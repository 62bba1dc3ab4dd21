"""Cells that show a label and lead to an address: where the label is understood as nothing, the address behind it was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bulkportal.check.finding_list import Findings, candidates, with_others
from bulkportal.check.findings import Finding, Sheet
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.media.page_links import leads_to
from bulkportal.remote_files import is_address
from bulkportal.sheets.table import CellProblem

WHY = "The address behind the label."
"""What a corrected cell says of it."""

_MEANS_NOTHING = (
    "media_not_found",
    "media_outside_folder",
    "media_invalid",
    "url_invalid",
    CellProblem.ERROR_VALUE,
    CellProblem.FORMULA_WITHOUT_VALUE,
)
_KINDS = (Kind.MEDIA, Kind.MEDIA_LIST, Kind.URL)


def with_addresses(findings: Findings, sheets: Sequence[Sheet]) -> Findings:
    """The findings; each error about a link or a file whose cell leads to an address names that address, and proposes it where it is sure."""
    behind = {
        (sheet.table.file, sheet.table.sheet, f"{column}{row}"): (address, sheet)
        for sheet in sheets
        for (row, column), address in sheet.table.links.items()
        if is_address(address)
    }
    changed: dict[int, Finding] = {}
    for number, finding in candidates(findings, behind, _MEANS_NOTHING):
        address, sheet = behind[finding.file, finding.sheet or "", finding.cell or ""]
        if _may_be_meant(finding, address, sheet.catalogue):
            hint = f"Behind the label stands the link {address}: write that into the cell, if it is meant."
            changed[number] = replace(finding, hint=hint, proposal=address if _is_sure(finding, address, sheet) else finding.proposal)
    return with_others(findings, changed)


def _is_sure(finding: Finding, address: str, sheet: Sheet) -> bool:
    """Whether the label stands alone in its cell, and leads to what can stand there."""
    column = finding.column or ""
    kind = sheet.catalogue[column].kind
    usable = kind is Kind.URL or (kind is Kind.MEDIA and not leads_to(address))
    return usable and sheet.table.takes(address, finding.row or 0, sheet.letters[column])


def _may_be_meant(finding: Finding, address: str, catalogue: Catalogue) -> bool:
    """Whether a cell holds a label that means nothing by itself."""
    value = finding.value or ""
    return catalogue[finding.column or ""].kind in _KINDS and value != address and not is_address(value)
