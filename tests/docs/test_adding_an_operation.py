"""The recipe "Add an operation" of CONTRIBUTING.md, played in a copy of the tree: the files that it names are enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT

RECIPE = re.search(r"^## Add an operation\n(.*?)^## ", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
LAW = "tests/laws/test_every_operation.py"

PLAYED = {
    "portal/transitions.py": [('    "unpublish": (', '    "archive": ("published",),\n')],
    "portal/client.py": [
        (
            "    async def unpublish(",
            '''    async def archive(self, bundle_id: str, key: str | None = None) -> Reply:
        """Put a bundle away."""
        return await self._write(_keyed("POST", _bundle(bundle_id, "archive"), None, key, None))

''',
        )
    ],
    "columns/bundles.py": [('"unpublish", ', '"archive", ')],
    "plan/kinds.py": [
        (
            "    UNPUBLISH = (",
            """    ARCHIVE = (
        "archive_bundle",
        Traits(
            done="archived",
            irreversible=True,
            action=Action(name="archive", of="bundle", results=("archived",), settled=("archived",), warning="it is gone from sight"),
        ),
    )
""",
        )
    ],
    "apply/handlers.py": [
        (
            "    OperationKind.UNPUBLISH:",
            """    OperationKind.ARCHIVE: Handler(
        lambda portal, it: portal.archive(it.bundle, it.entry.key), _find_in_bundle(lambda bundle, it: it.has_led_to(bundle.status))
    ),
""",
        )
    ],
    "simulator/publishing.py": [
        (
            "def unpublish(",
            '''def archive(state: State, call: Call) -> Answer:
    """POST /bundles/:id/archive."""
    bundle = state.bundle(call.params["id"], call.tenant)
    if bundle.status != "published":
        raise Refusal(409, "INVALID_STATUS", "Bundle is not in published status.", {"current_status": bundle.status})
    bundle.status = "archived"
    return data({"id": bundle.id, "status": "archived"})


''',
        )
    ],
    "simulator/routes.py": [('    _lower("POST", f"{_BUNDLE}/unpublish"', '    _lower("POST", f"{_BUNDLE}/archive", publishing.archive),\n')],
}
"""What is written before which place of which file."""


def played(folder: Path) -> Path:
    """A copy of the package with one operation more, and the tests that the recipe names."""
    shutil.copytree(ROOT / "bulkportal", folder / "bulkportal", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests" / "laws").mkdir(parents=True)
    for name in ("tests/conftest.py", LAW, "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    for name, added in PLAYED.items():
        path = folder / "bulkportal" / name
        text = path.read_text("utf-8")
        for before, words in added:
            assert text.count(before) == 1, (name, before)
            text = text.replace(before, words + before)
        path.write_text(text, "utf-8")
    return folder


def test_the_recipe_names_every_file_that_is_touched() -> None:
    """And none that need not be, but for the other sheet's and what is made."""
    assert RECIPE is not None
    named = set(re.findall(r"`((?:[a-z]+/)+[a-z_]+\.py)`", RECIPE[1])) - {LAW, "docs/generate.py"}
    assert named - PLAYED.keys() == {"columns/positions.py", "simulator/video_actions.py", "plan/events.py"}
    assert PLAYED.keys() <= named


def test_an_operation_that_is_added_by_the_recipe_obeys_the_laws(tmp_path: Path) -> None:
    """It is offered, planned, sent once, and found where its answer is lost."""
    folder = played(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    asked = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", LAW, "-k", "archive or handler or offer"]
    done = subprocess.run(asked, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
    assert len(re.findall(r"^PASSED .*archive", done.stdout, re.MULTILINE)) == 4
