"""The saved accounts: all pages, and never a secret."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bulkportal.exporting.account_list import COLUMNS, rows_of, write_accounts
from tests.conftest import Desk, OpenDesk
from tests.exporting.looking import rows, table

LEAKY: dict[str, Any] = {
    "id": "acc_1",
    "platform": "tiktok",
    "username": "=daily",
    "password": "SECRET-1",
    "social_credentials": {"login": "SECRET-2"},
    "verification_code": "SECRET-3",
    "access_token": "SECRET-4",
    "tokmail_email": "SECRET-5@tokmail.example",
    "recovery": "SECRET-6",
    "biography": {"nested": "SECRET-7"},
    "profile_picture_url": "https://cdn.example.com/1.jpg?X-Amz-Signature=SECRET-8",
    "profile_url": "https://daily:SECRET-9@social.example.com/@daily#session=SECRET-10",
    "banned": False,
}


def test_what_is_no_address_is_left_out() -> None:
    """It might hold anything; and it is no reason to break off."""
    (row,) = rows_of([{"id": "acc_1", "profile_url": "https://[SECRET", "profile_picture_url": "https://cdn.example.com/1.jpg"}])
    assert (row["profile_url"], row["profile_picture_url"]) == ("", "https://cdn.example.com/1.jpg")


def test_all_pages_are_read(open_desk: OpenDesk) -> None:
    desk = open_desk(data={"accounts": [{"id": f"acc_{number}", "username": f"name.{number}"} for number in range(130)]})
    ended = desk.run("export", "accounts", "-o", desk.folder / "accounts.xlsx")
    assert (ended.code, ended.document["accounts"], ended.document["requests"]["total"]) == (0, 130, 2)
    found = rows(openpyxl.load_workbook(desk.folder / "accounts.xlsx")["Accounts"])
    assert len({row["username"] for row in found}) == 130
    assert list(found[0]) == list(COLUMNS)


def test_mail_addresses_of_accounts_stay_out(full: Desk) -> None:
    """The platform sends one with each account."""
    full.run("export", "accounts", "-o", full.folder / "accounts.csv")
    text = (full.folder / "accounts.csv").read_text("utf-8")
    assert "kept.one" in text
    assert "tokmail" not in text


@pytest.mark.parametrize("name", ["accounts.xlsx", "accounts.csv"])
def test_whatever_a_server_sends_no_secret_is_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_accounts(rows_of([LEAKY]), path)
    parts = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            parts = [package.read(part) for part in package.namelist()]
    assert not any(b"SECRET" in part for part in parts)
    assert any(b"acc_1" in part for part in parts)


def test_a_name_that_looks_like_a_formula_is_guarded(tmp_path: Path) -> None:
    write_accounts(rows_of([LEAKY]), tmp_path / "accounts.csv")
    (row,) = table(tmp_path / "accounts.csv")
    assert (row["username"], row["banned"]) == ("'=daily", "no")


def test_filters_are_for_bundles(full: Desk) -> None:
    ended = full.run("export", "accounts", "-o", full.folder / "accounts.xlsx", "--status", "published")
    assert ended.code == 2
    assert json.loads(ended.out)["exit_code"] == 2
