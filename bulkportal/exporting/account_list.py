"""The saved accounts as a list. Only what is named here is written, so no secret can slip through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from openpyxl.utils import get_column_letter

from bulkportal.portal.remote import Json
from bulkportal.remote_files import web_link
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import LINKED_ROWS, begin_list, put
from bulkportal.sheets.styles import Style
from bulkportal.sheets.writer import write_csv

COLUMNS = {
    "username": 26,
    "platform": 12,
    "id": 38,
    "visible_name": 28,
    "biography": 48,
    "country": 10,
    "link_in_bio": 30,
    "profile_url": 40,
    "profile_picture_url": 40,
    "status": 12,
    "banned": 10,
    "created_at": 22,
    "updated_at": 22,
}
"""What is written, and how wide. Whatever else a server sends (passwords, credentials, codes, tokens,
mail addresses; API reference 2.21) is not looked at."""

_SERVED = ("profile_url", "profile_picture_url")
"""Addresses that a server makes up, and may sign. The link in the bio is the account's own, and public as it is."""


def rows_of(accounts: Sequence[Mapping[str, Json]]) -> tuple[Mapping[str, str], ...]:
    """One row of texts for each account."""
    return tuple({name: _text(name, account.get(name)) for name in COLUMNS} for account in accounts)


def write_accounts(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    """Write the list as a workbook, or as CSV where the name ends so. Raises UsageProblem."""
    if path.suffix.casefold() == ".csv":
        write_csv(path, [tuple(COLUMNS), *([row[name] for name in COLUMNS] for row in rows)])
    else:
        _workbook(rows).write(path)


def _workbook(rows: Sequence[Mapping[str, str]]) -> WorkbookBuilder:
    book = WorkbookBuilder()
    sheet = book.add("Accounts")
    begin_list(sheet, COLUMNS.items(), left=1)
    for number, row in enumerate(rows, start=2):
        for column, name in enumerate(COLUMNS, start=1):
            # Whatever a server puts into its answer must not become a link that runs something.
            linked = name == "profile_url" and web_link(row[name]) and number <= LINKED_ROWS
            put(sheet, number, column, row[name], Style.LINK if linked else Style.BODY)
            if linked:
                sheet.cell(number, column).hyperlink = row[name]
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    return book


def _text(name: str, value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value) if isinstance(value, str | int | float) else ""
    return _bare(text) if name in _SERVED else text


def _bare(address: str) -> str:
    """An address without what may open more than the page or picture: a name and password, a signature, a session."""
    try:
        parts = urlsplit(address)
    except ValueError:  # it is none, and nobody can say what it holds
        return ""
    # Lists are sent on to clients: a signature in the query would let them fetch more than they were given.
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
