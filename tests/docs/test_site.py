"""The documentation as a site: built without a warning, every link and anchor found, readable by anybody, and asking no other host."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.html.conftest import browser

__all__ = ["browser"]  # a fixture of the tests of pages

ROOT = Path(__file__).parents[2]

PAGES = ("index.html", "tutorial/first-launch.html", "how-to/check-a-sheet.html", "reference/findings.html", "search.html?q=position_out_of_range")


def build(docs: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """The site as `make docs` builds it."""
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "-b", "html", str(docs), str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once."""
    out = tmp_path_factory.mktemp("site")
    made = build(ROOT / "docs", out)
    assert made.returncode == 0, made.stderr
    return out


def test_every_page_is_on_the_site(site: Path) -> None:
    """Nobody has to add a page to a list."""
    pages = [path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")]
    assert len(pages) > 30
    assert [page for page in pages if not (site / page.with_suffix(".html")).is_file()] == []


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    """To a page that is not there, and to a heading that is not."""
    docs = tmp_path / "docs"
    docs.mkdir()
    shutil.copy(ROOT / "docs" / "conf.py", docs)
    shutil.copytree(ROOT / "docs" / "_static", docs / "_static")
    (docs / "index.rst").write_text("Home\n====\n\n.. toctree::\n\n   one\n", "utf-8")
    (docs / "one.md").write_text("# One\n\n## Here\n\n[there](#here)\n", "utf-8")
    assert build(docs, tmp_path / "good").returncode == 0
    (docs / "one.md").write_text("# One\n\n[there](two.md) [here](#nowhere)\n", "utf-8")
    made = build(docs, tmp_path / "bad")
    assert made.returncode == 1
    assert "two.md" in made.stderr or "two" in made.stderr
    assert "nowhere" in made.stderr


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_is_readable_by_anybody_without_a_network(browser: Browser, site: Path, scheme: Literal["light", "dark"]) -> None:
    """No violation that axe finds, in light and in dark; scripts, fonts and pictures are its own; no page is wider than a telephone."""
    context = browser.new_context(viewport={"width": 400, "height": 800}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto(f"{site.as_uri()}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, name
        found = Axe().run(page)
        assert found.violations_count == 0, (name, found.generate_report())
    page.get_by_role("link", name="Findings").first.wait_for()  # the last page is a search: its results are made in the browser
    assert all(url.startswith(site.as_uri()) for url in asked)
    context.close()
