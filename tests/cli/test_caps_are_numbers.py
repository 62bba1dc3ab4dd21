"""A cap that is no number caps nothing, and is refused; so is an address of the platform that cannot be one."""

from __future__ import annotations

import pytest

import bulkportal
from tests.conftest import Desk, bundle, video


@pytest.mark.parametrize("cap", ["nan", "NaN", "-nan", "inf", "-inf", "1e999"])
def test_a_cap_that_is_no_number_is_wrong_use(desk: Desk, cap: str) -> None:
    """Nothing is more than nan, so that everything would be within it."""
    sheets = desk.sheets("launch", bundles=[bundle("now")], videos=[video("now", 1), video("now", 2)])
    assert desk.import_(sheets, f"--max-credits={cap}").code == 2
    assert desk.writes == 0


@pytest.mark.parametrize("cap", ["nan", "inf"])
def test_so_is_one_of_the_profile(desk: Desk, cap: str) -> None:
    """TOML knows both words."""
    config = desk.folder / "bulkportal.toml"
    config.write_text(f'[profiles.main]\nkey_env = "TOKPORTAL_API_KEY"\nmax_credits_per_night = {cap}\n', encoding="utf-8")
    sheets = desk.sheets("launch", bundles=[bundle("now")], videos=[video("now", 1), video("now", 2)])
    assert desk.import_(sheets, BULKPORTAL_CONFIG=str(config), BULKPORTAL_PROFILE="main").code == 2
    assert desk.writes == 0


def test_a_budget_of_no_number_allows_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls it from Python."""
    sheets = desk.sheets("launch", bundles=[bundle("now")], videos=[video("now", 1), video("now", 2)])
    for name, value in desk.environment().items():
        monkeypatch.setenv(name, value)
    result = bulkportal.open(str(sheets), max_credits=float("nan")).import_(confirm=lambda _: True)
    assert (result.exit_code, desk.writes) == (8, 0)


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/api", "http://127.0.0.1:0/api", "http://127.0.0.1:1/x y", "http://127.0.0.1:x/api"])
def test_an_address_that_cannot_be_one_is_wrong_use(desk: Desk, url: str) -> None:
    """A port that there is not, and a blank."""
    sheets = desk.sheets("launch", bundles=[bundle("now")], videos=[video("now", 1), video("now", 2)])
    assert desk.import_(sheets, TOKPORTAL_BASE_URL=url).code == 2
