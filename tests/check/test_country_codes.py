"""Countries: codes are read in any case, names are told with their code, and nothing is capitalised for a correction."""

from __future__ import annotations

import pytest

from bulkportal.check.checker import understand
from bulkportal.check.known import Known
from bulkportal.columns.countries import CODES, code_of
from tests.check.sheets import checked, codes, errors, table
from tests.conftest import bundle, video

CLIPS = [video("spring", 1), video("spring", 2)]


@pytest.mark.parametrize("country", ["US", "USA", "UK", "GB", "FR", "DE", "PH", "us", "de", " Us "])
def test_a_code_is_in_order_in_any_case(country: str) -> None:
    """It is sent in capitals."""
    found = checked([bundle("spring", country=country)], CLIPS)
    assert codes(found) == []
    assert found.bundles["country"].to_list() == [country.strip().upper()]


@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(
            ("United States", "US"),
            ("the United States", "US"),
            ("u.s.a.", "USA"),
            ("États-Unis", "US"),
            ("Etats-Unis", "US"),
            ("Estados Unidos", "US"),
        ),
        *(("Vereinigte Staaten", "US"), ("EE. UU.", "US"), ("France", "FR"), ("FRANCE", "FR"), ("Frankreich", "FR"), ("França", "FR"), ("FRA", "FR")),
        *(
            ("Deutschland", "DE"),
            ("Allemagne", "DE"),
            ("Alemania", "DE"),
            ("DEU", "DE"),
            ("United Kingdom", "UK"),
            ("Royaume-Uni", "UK"),
            ("GBR", "UK"),
        ),
        *(("England", "UK"), ("Brasil", "BR"), ("Italia", "IT"), ("日本", "JP"), ("\U0001f1eb\U0001f1f7", "FR")),
    ],
)
def test_a_name_is_an_error_with_its_code(country: str, code: str) -> None:
    """Offline, in the languages of the headers; `fix --safe` writes the code and never the name in capitals."""
    found = checked([bundle("spring", country=country)], CLIPS)
    assert errors(found) == ["country_not_a_code"]
    assert found.errors[0].proposal == code and code in found.errors[0].hint
    (change,) = understand([table([bundle("spring", country=country)], "Bundles")]).corrections()
    assert (change.before, change.after) == (country, code)


@pytest.mark.parametrize("country", ["ZZ", "XX", "EU", "EN", "Narnia", "US, UK", "US/FR", "1", "-", "Grmany"])
def test_what_is_no_country_is_an_error_without_a_proposal(country: str) -> None:
    """Nothing is guessed, and nothing is corrected."""
    found = checked([bundle("spring", country=country)], CLIPS)
    assert errors(found) == ["country_not_a_code"]
    assert found.errors[0].proposal is None
    assert list(understand([table([bundle("spring", country=country)], "Bundles")]).corrections()) == []


def test_a_misspelled_name_is_asked_about() -> None:
    """The nearest is a question, never a correction."""
    (finding,) = checked([bundle("spring", country="Grmany")], CLIPS).errors
    assert "Did you mean DE?" in finding.hint


def test_small_letters_are_a_safe_correction() -> None:
    """Of a code; a name in small letters gets its code too."""
    (change,) = understand([table([bundle("spring", country="de")], "Bundles")]).corrections()
    assert (change.after, change.why) == ("DE", "The same code in capitals.")
    (change,) = understand([table([bundle("spring", country="france")], "Bundles")]).corrections()
    assert (change.after, change.why) == ("FR", "The code of that country.")


def test_what_the_platform_lists_is_a_code_whatever_we_know() -> None:
    """Its list is the last word."""
    known = Known(online=True, countries=frozenset({"LATAM", "US"}))
    assert errors(checked([bundle("spring", country="LATAM")], CLIPS, known=known)) == []


def test_a_country_of_the_platforms_own_account_is_not_asked_for() -> None:
    """A videos_only bundle has none to give."""
    row = bundle("spring", bundle_type="videos_only", country="France", account_id="acc") | dict.fromkeys(
        ("username", "visible_name", "biography", "profile_picture")
    )
    assert "country_not_a_code" not in errors(checked([row], CLIPS))


def test_every_code_names_itself() -> None:
    """Nothing that is a code is ever changed into another."""
    assert {code for code in CODES if code_of(code) != code} == set()
