"""Two machines that share no disk import the same sheet at the same moment: everything is there, and paid, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Desk, bundle, video


def both(desk: Desk, launch: Path) -> list[int]:
    """Run it on two machines, each with a ledger of its own; their exit codes."""
    homes = [desk.folder / f"machine-{number}" for number in (1, 2)]
    started = [desk.start("import", launch, "--yes", "--report", desk.folder / f"{home.name}.xlsx", BULKPORTAL_HOME=str(home)) for home in homes]
    ended = [process.communicate(timeout=250) for process in started]
    assert not any("Traceback" in err for _, err in ended), ended
    return [process.returncode for process in started]


@pytest.mark.parametrize("grown", [False, True])
def test_the_same_sheet_at_the_same_moment_is_paid_once(desk: Desk, grown: bool) -> None:
    """New bundles, and then more slots in them, which a platform without keys would add twice."""
    names = [f"spring-{number}" for number in range(6)]
    if grown:
        first = desk.sheets("launch", bundles=[bundle(name, videos_quantity=1) for name in names], videos=[video(name, 1) for name in names])
        assert desk.import_(first).code == 0
    launch = desk.sheets(
        "launch",
        bundles=[bundle(name, videos_quantity=2, publish=None) for name in names],
        videos=[video(name, position) for name in names for position in (1, 2)],
    )
    desk.trouble("slow", "*write", times=None, seconds=0.1)
    assert set(both(desk, launch)) <= {0, 4, 5}
    desk.operate("DELETE", "/faults")
    assert desk.until_done(launch).code == 0
    assert {name: len(made.slots) for name, made in desk.bundles.items()} == dict.fromkeys(names, 2)
    assert 5000 - desk.balance == 6 * 25
    assert all(slot.status == "configured" for made in desk.bundles.values() for slot in made.slots)
