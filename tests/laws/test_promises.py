"""What a released version promises does not go away within its major version: scripts, sheets and programs go on working."""

from __future__ import annotations

import json

import pytest

from release.promises import FILE, promises

PROMISED = json.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("kind", PROMISED)
def test_nothing_that_was_promised_has_gone(kind: str) -> None:
    """What comes is added to the file by `python release/promises.py` when a version is released."""
    assert set(PROMISED[kind]) - set(promises()[kind]) == set()


def test_every_kind_of_promise_is_kept_in_the_file_and_holds_something() -> None:
    """An empty list would promise nothing, and could not be broken."""
    assert PROMISED.keys() == promises().keys()
    assert all(len(names) > 8 for names in PROMISED.values())
