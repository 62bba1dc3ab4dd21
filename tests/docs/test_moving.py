"""What the pages for those who come from scripts show runs as it stands; the page of extras names those that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import pytest

from tests.conftest import Desk, bundle
from tests.docs.pages import ROOT
from tests.docs.test_python import ran

PEERS = ROOT / ".peers" / "bin" / "python"


def examples(page: str) -> list[str]:
    """The Python of a page."""
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "how-to" / page).read_text("utf-8"), re.DOTALL)


ROWS = """bundle,position,video_type,video,description,target_publish_date
spring-01,1,video,https://cdn.example.com/1.mp4,"One dish, one minute",2030-03-04
spring-01,2,video,https://cdn.example.com/2.mp4,"Two dishes, two minutes",2030-03-05
"""
"""What the first example of the page writes; held against pandas itself where it is installed."""


def test_what_a_pandas_script_writes_is_imported_and_read_by_the_sdk(desk: Desk) -> None:
    """Both pages, one after the other: the bundle that one makes is what the other reads."""
    _, importing = examples("move-from-pandas.md")
    (reading,) = examples("move-from-the-sdk.md")
    desk.sheets("sheets", bundles=[bundle("spring-01", videos_quantity=2, publish="no")])
    shutil.copy(desk.folder / "sheets" / "bundles.csv", desk.folder)
    (desk.folder / "videos.csv").write_text(ROWS, "utf-8")
    assert ran(desk, importing).startswith("0 ") and (desk.folder / "launch.report.xlsx").exists()
    assert re.fullmatch(r"spring-01 \w+ 2\n", ran(desk, reading))


@pytest.mark.skipif(not PEERS.exists(), reason="pandas is only in the environment of the benches (make bench)")
def test_pandas_writes_these_rows(desk: Desk) -> None:
    """The first example of its page, run by pandas."""
    writing, _ = examples("move-from-pandas.md")
    subprocess.run([PEERS, "-c", writing], cwd=desk.folder, check=True)
    assert (desk.folder / "videos.csv").read_text("utf-8") == ROWS


def test_the_page_of_extras_names_those_that_there_are() -> None:
    """No more and no fewer than the package declares, each with its libraries."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", (ROOT / "docs" / "reference" / "extras.md").read_text("utf-8"), re.MULTILINE)
    assert [name for name, _ in rows] == [name for name in declared if name != "dev"]
    for name, libraries in rows:
        assert set(libraries.split(", ")) == {re.split(r"[\[<>=]", one)[0] for one in declared[name]}, name
