"""A pack for one client: its own rows, whole, and not a word of anybody else or of what is internal."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest

from tests.conftest import KEY, Desk, OpenDesk

NOTE = "The drive link of this one needs a password."
ACME, NOVA = "acme", "Nova Foods"


def two_clients() -> dict[str, object]:
    """Two clients with all that is internal, and one caption that names the other client."""

    def bundle(name: str, client: str, number: int, captions: tuple[str, ...]) -> dict[str, object]:
        return {
            "id": f"bnd_{client}_{number}",
            "external_ref": name,
            "title": f"Internal title of {client} {number}",
            "country": "US",
            "status": "published",
            "credit_cost": 432198,
            "account": {"username": f"{client}.daily", "visible_name": f"{client} daily", "biography": f"All of {client}."},
            "videos": [
                {
                    "position": place,
                    "status": "published",
                    "video_type": "video",
                    "name": f"working title {client}",
                    "video_url": f"https://cdn.example.com/{client}/{place}.mp4?X-Amz-Signature=abcdef",
                    "description": caption,
                    "editing_instructions": f"Notes for {client}.",
                    "target_publish_date": f"2031-03-{place:02}",
                    "download_issue": place == 1,
                    "download_issue_comment": NOTE if place == 1 else None,
                }
                for place, caption in enumerate(captions, start=1)
            ],
        }

    acme = [bundle("acme-spring", "acme", 1, ("Soup of the day", "<script>alert(1)</script>", "With novafoods, our friends"))]
    nova = [bundle("novafoods/one", "novafoods", 2, ("Secret menu of the others",))]
    return {"balance": 876598, "accounts": [], "bundles": [*acme, *nova, bundle("acmetools-x", "acmetools", 3, ("A drill",))]}


@pytest.fixture
def agency(open_desk: OpenDesk) -> Desk:
    """A desk before a platform with two clients, and one whose name only begins like another's."""
    return open_desk(data=two_clients(), balance=876598)


def parts(data: bytes) -> Iterator[bytes]:
    """A file and, where it is a package, everything inside it."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield name.encode()
                yield from parts(package.read(name))


@pytest.mark.parametrize("name", ["pack", "pack.zip"])
def test_nothing_of_anybody_else_and_nothing_internal_is_in_it(agency: Desk, name: str) -> None:
    """Every file and every part of it is searched for names, ids, notes, credits, links to media and the key."""
    path = agency.folder / name
    ended = agency.run("share", "--client", "Acme", "-o", path)
    assert ended.code == 0
    assert ended.document["left_out"] == ["acme-spring position 3"]
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    found = [part for file in files for part in parts(file.read_bytes())]
    assert any(b"Soup of the day" in part for part in found)
    others = ("novafoods", "Nova", "acmetools", "A drill", "Secret menu")
    of_state = [one.id for bundle in agency.state.books.bundles.values() for one in (bundle, *bundle.slots)]
    ids = (*of_state, "bnd_", "acc_", "X-Amz", "cdn.example.com", "127.0.0.1", KEY)
    notes = (NOTE, "Notes for", "working title", "Internal title", "acme.daily", "432198", "432,198", "876598", "876,598")
    assert len(of_state) == 8
    for word in (*others, *ids, *notes):
        assert not any(word.encode().lower() in part.lower() for part in found), word


def test_the_pack_holds_all_of_the_clients_own(agency: Desk) -> None:
    """The workbook has its rows with real numbers and days; hostile captions are text."""
    assert agency.run("share", "--client", "acme", "-o", agency.folder / "pack").code == 0
    book = openpyxl.load_workbook(agency.folder / "pack" / "status.xlsx")
    assert book.sheetnames == ["Bundles", "Videos"]
    (bundle,) = book["Bundles"].iter_rows(min_row=2, values_only=True)
    assert bundle[:5] == ("acme-spring", "tiktok", "US", "published", "3 / 3")
    videos = list(book["Videos"].iter_rows(min_row=2, values_only=True))
    assert [video[1:3] for video in videos] == [(1, "Soup of the day"), (2, "<script>alert(1)</script>"), (3, None)]
    assert videos[0][3].isoformat()[:10] == "2031-03-01"
    text = (agency.folder / "pack" / "status.html").read_text("utf-8")
    assert "<h1>acme</h1>" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_hashes_can_be_checked_with_the_usual_tool(agency: Desk) -> None:
    """`sha256sum -c` finds both files whole, and notices a changed one."""
    assert agency.run("share", "--client", "acme", "-o", agency.folder / "pack.zip").code == 0
    with zipfile.ZipFile(agency.folder / "pack.zip") as package:
        assert package.namelist() == ["status.html", "status.xlsx", "SHA256SUMS"]
        package.extractall(agency.folder / "unpacked")
    sums = (agency.folder / "unpacked" / "SHA256SUMS").read_text().split()
    assert sums[1::2] == ["status.html", "status.xlsx"]
    assert sums[0] == hashlib.sha256((agency.folder / "unpacked" / "status.html").read_bytes()).hexdigest()
    check = ["sha256sum", "--status", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd=agency.folder / "unpacked", check=False).returncode == 0
    (agency.folder / "unpacked" / "status.html").write_text("changed")
    assert subprocess.run(check, cwd=agency.folder / "unpacked", check=False).returncode == 1


def test_a_pack_never_mixes_with_other_files(agency: Desk) -> None:
    """A folder with anything else in it is refused, even with --force; an older pack is replaced with it."""
    pack = agency.folder / "pack"
    assert agency.run("share", "--client", "acme", "-o", pack).code == 0
    assert agency.run("share", "--client", "acme", "-o", pack).code == 2
    assert agency.run("share", "--client", "acme", "-o", pack, "--force").code == 0
    (pack / "novafoods.txt").write_text("of another client")
    assert agency.run("share", "--client", "acme", "-o", pack, "--force").code == 2
    zipped = agency.folder / "pack.zip"
    zipped.write_bytes(b"")
    assert agency.run("share", "--client", "acme", "-o", zipped).code == 2
    assert agency.run("share", "--client", "acme", "-o", zipped, "--force").code == 0


def test_an_unknown_client_is_told_with_those_there_are(agency: Desk) -> None:
    """Nothing is written then; nor without any client."""
    ended = agency.run("share", "--client", "acm", "-o", agency.folder / "pack")
    assert ended.code == 2
    assert "It has bundles of: acme, acmetools, novafoods." in ended.err
    assert agency.run("share", "-o", agency.folder / "pack").code == 2
    assert not (agency.folder / "pack").exists()


def test_the_client_may_be_the_profiles(agency: Desk) -> None:
    """And a longer beginning of the names is a client as well; only its bundles are read."""
    config = agency.folder / "bulkportal.toml"
    config.write_text('[profiles.acme]\nclient_prefix = "acme-"\nlanguage = "de"\n')
    ended = agency.run("share", "-o", agency.folder / "pack", BULKPORTAL_CONFIG=str(config))
    assert (ended.code, ended.document["client"], ended.document["bundles"]) == (0, "acme", 1)
    assert 'lang="de"' in (agency.folder / "pack" / "status.html").read_text("utf-8")
    ended = agency.run("share", "--client", "acme-spring", "-o", agency.folder / "longer")
    assert (ended.code, ended.document["bundles"]) == (0, 1)
    assert json.dumps(ended.document).count("nova") == 0
