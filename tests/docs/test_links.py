"""What pages point to is there, and nothing points to where it should not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

from tests.docs.pages import ROOT, markdown

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
# In parts, so that this file does not hold what it forbids.
FORBIDDEN = tuple(
    f"{start}{end}"
    for start, end in (
        ("py", "pi."),
        ("python", "hosted"),
        ("index", "-url"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/Us", "ers/"),
        ("/tm", "p/v/"),
    )
)
SKIPPED = {".git", ".venv", "__pycache__", "bulkportal-demo", "dist"}


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as renderers make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def repository() -> list[Path]:
    """Every file that is, or would be, committed."""
    try:
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        files = [ROOT / name for name in listed.splitlines()]
    except (OSError, subprocess.CalledProcessError):
        files = [path for path in ROOT.rglob("*") if not any(part in SKIPPED or part.endswith("_cache") for part in path.parts)]
    return [path for path in files if path.is_file()]


@pytest.mark.parametrize("page", markdown(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_and_picture_of_a_page_leads_somewhere(page: Path) -> None:
    """Relative ones lead to a file, and to a heading where they name one."""
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        assert place.is_relative_to(ROOT), target
        assert place.exists(), target
        if anchor:
            assert anchor in anchors(place), target


def test_every_page_of_the_documentation_can_be_reached_from_the_readme() -> None:
    """A page that nothing links to is not found."""
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached:
            continue
        reached.add(page)
        if page.suffix == ".md":
            names = [target.partition("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
            ahead += [(page.parent / name).resolve() for name in names if name]
    assert set(markdown()) - reached == set()
    assert set((ROOT / "docs" / "images").iterdir()) - reached == set()


def test_pictures_are_small() -> None:
    """Less than 200 kB each."""
    assert all(picture.stat().st_size < 200_000 for picture in (ROOT / "docs" / "images").iterdir())


def test_no_file_names_a_package_index_or_a_private_path() -> None:
    """Neither as text nor inside a workbook."""
    found = []
    for path in repository():
        parts = [path.read_bytes()]
        if is_zipfile(path):
            with ZipFile(path) as package:
                parts += [package.read(name) for name in package.namelist()]
        text = b"\n".join(parts).lower()
        found += [(path.relative_to(ROOT).as_posix(), word) for word in FORBIDDEN if word.lower().encode() in text]
    assert found == []


def test_the_changelog_has_an_entry_for_this_version() -> None:
    """Version and changelog go together."""
    version = re.search(r'__version__ = "(.+)"', (ROOT / "bulkportal" / "version.py").read_text(encoding="utf-8"))
    assert version is not None
    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_tutorial_speaks_of_the_cell_that_its_finding_names() -> None:
    """Whoever follows it by the letter writes into the cell that it says."""
    text = (ROOT / "docs/tutorial/first-launch.md").read_text(encoding="utf-8")
    (found,) = set(re.findall(r"^error   Videos!(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"(?:cell |Write 2 into |Videos!)([A-Z]\d)\b(?= |,|$)", FENCE.sub("", text))) == {found}
