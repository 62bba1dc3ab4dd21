"""What an installation brings may be used by a company, and says so itself."""

from __future__ import annotations

import sys
from email.message import Message
from importlib.metadata import Distribution
from typing import Any, cast

import pytest

from release.licences import ALLOWED, ALLOWED_IN_EXTRAS, everything, is_allowed, licence_of


class Saying(Distribution):
    """A distribution that says these lines of itself."""

    def __init__(self, **lines: str) -> None:
        self._told = Message()
        for name, text in lines.items():
            self._told[name.replace("_", "-")] = text

    @property
    def metadata(self) -> Any:
        return self._told

    def read_text(self, filename: str) -> str | None:
        return None

    def locate_file(self, path: object) -> Any:
        return path


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ({"License_Expression": "GPL-3.0-only"}, "GPL-3.0-only"),
        ({"License": "MIT"}, "MIT"),
        ({"License": "Apache License 2.0"}, "Apache-2.0"),
        ({"License": "Copyright (c)\nMIT", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, ""),
        ({"License": "ask us"}, ""),
        ({}, ""),
    ],
)
def test_a_licence_is_read_as_the_distribution_tells_it(lines: dict[str, str], licence: str) -> None:
    """What is not known is none, and none is not allowed."""
    assert licence_of(cast("Distribution", Saying(**lines))) == licence
    assert is_allowed(licence, ALLOWED) is (licence in ALLOWED)


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [("EPL-2.0 OR GPL-2.0-or-later", True), ("GPL-3.0-only OR GPL-2.0-only", False), ("MPL-2.0 AND MIT", True), ("MIT AND GPL-3.0-only", False)],
)
def test_one_of_several_licences_is_enough_where_one_may_choose(licence: str, allowed: bool) -> None:
    """And all are needed where all hold."""
    assert is_allowed(licence, ALLOWED_IN_EXTRAS) is allowed


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="a few distributions of Python 3.11 are not installed here")
def test_all_that_is_brought_stands_under_a_licence_of_the_list() -> None:
    """With every installation, and with each extra."""
    found = everything()
    assert sum(not one.extras for one in found) > 30
    assert sum(bool(one.extras) for one in found) > 30
    assert [one for one in found if not is_allowed(one.licence, ALLOWED_IN_EXTRAS if one.extras else ALLOWED)] == []
