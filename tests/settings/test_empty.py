"""The profile that there is without a file says what a profile without a word says."""

from __future__ import annotations

import pytest

from bulkportal.settings import EMPTY, Profile, profile_of, whole
from bulkportal.settings.empty import PLAIN


def test_every_default_is_the_profiles_own() -> None:
    """Those that are said at once, and those that are asked of a profile."""
    own = Profile()
    assert {name: PLAIN[name] for name in PLAIN} == {name: getattr(own, name) for name in PLAIN}
    assert set(Profile.model_fields) - set(PLAIN) == {"options", "notify", "night"}
    assert all(getattr(EMPTY, name) == getattr(own, name) for name in Profile.model_fields)
    assert EMPTY.defaults() == own.defaults() and whole(EMPTY) == own and whole(own) is own


def test_without_a_file_it_is_the_one(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a name that nobody gave is not known."""
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert profile_of({}) is EMPTY
    with pytest.raises(AttributeError):
        EMPTY.no_such_setting  # noqa: B018 - that it is asked for is the test
