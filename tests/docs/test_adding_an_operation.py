"""The recipe "Add an operation" of CONTRIBUTING.md, played in a copy of the tree: the files that it names are enough."""

from __future__ import annotations

from pathlib import Path

from tests.docs.copies import named_in, passed, play

LAW = "tests/laws/test_every_operation.py"

PLAYED = {
    "portal/transitions.py": [('    "unpublish": (', '    "archive": ("published",),\n')],
    "portal/client.py": [
        (
            "    async def unpublish(",
            '''    async def archive(self, bundle_id: str, key: str) -> Reply:
        """Put a bundle away."""
        return await self._write(_keyed("POST", _bundle(bundle_id, "archive"), None, key))

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
            action=Action(name="archive", of="bundle", results=("archived",), warning="it is gone from sight"),
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
            '''def archive(state: State, call: ApiCall) -> Answer:
    """POST /bundles/:id/archive."""
    bundle = state.bundle(call.params["id"], call.tenant)
    if bundle.status != "published":
        raise ApiRefusal(409, "INVALID_STATUS", "Bundle is not in published status.", {"current_status": bundle.status})
    bundle.status = "archived"
    return data({"id": bundle.id, "status": "archived"})


''',
        )
    ],
    "simulator/routes.py": [('    _lower("POST", f"{_BUNDLE}/unpublish"', '    _lower("POST", f"{_BUNDLE}/archive", publishing.archive),\n')],
}


def test_the_recipe_names_every_file_that_is_touched() -> None:
    """And none that need not be, but for the other sheet's and what is made."""
    named = named_in("Add an operation")
    assert named - PLAYED.keys() == {"columns/positions.py", "simulator/video_actions.py", "plan/events.py"}
    assert PLAYED.keys() <= named


def test_an_operation_that_is_added_by_the_recipe_obeys_the_laws(tmp_path: Path) -> None:
    """It is offered, planned, sent once, and found where its answer is lost."""
    folder = play(tmp_path, PLAYED, LAW)
    assert len([name for name in passed(folder, LAW, "-k", "archive or handler or offer") if "archive" in name]) == 4
