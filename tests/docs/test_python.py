"""The Python that the pages show runs as it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import warnings

from tests.conftest import SAMPLES, Desk
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "how-to" / "use-from-python.md"


def test_the_examples_of_the_page_import_a_launch_and_read_it_back(desk: Desk) -> None:
    """With a launch of three rows, under the price that the example allows; and a second time, changing nothing."""
    code, reading, schemas, awaited = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shutil.copy(SAMPLES / "csv_launch" / "bundles.csv", desk.folder)
    shutil.copy(SAMPLES / "csv_launch" / "videos.csv", desk.folder)
    assert "create bundle" in ran(desk, awaited)
    told = ran(desk, schemas.replace("import polars", "import warnings\n\nwarnings.simplefilter('ignore')\nimport polars")).strip()
    assert told and f"`{told}`" in PAGE.read_text(encoding="utf-8")
    writes = []
    for run in (ran_alone, ran):
        said = run(desk, code + "\nprint(document['schema'])\n")
        assert "bulkportal.run/1" in said
        assert (desk.folder / "launch.report.xlsx").exists() and (desk.folder / "launch.report.html").exists()
        writes.append(desk.writes)
    assert writes[0] == writes[1] > 0
    assert "'unchanged': 3" in said
    assert ran(desk, reading).startswith("1 ")
    assert (desk.folder / "edit.xlsx").exists() and desk.writes == writes[0]


def ran(desk: Desk, code: str) -> str:
    """What the code prints, run in this process; a warning is an error."""
    with desk.at_work(desk.folder) as (out, _), warnings.catch_warnings(action="error"):
        exec(compile(code, str(PAGE), "exec"), {"__name__": "__main__"})
    return out.getvalue()


def ran_alone(desk: Desk, code: str) -> str:
    """The same of a Python that has loaded nothing yet."""
    words = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(words, cwd=desk.folder, env=desk.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
