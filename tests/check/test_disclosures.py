"""A disclosure that was asked for is never dropped, whatever its column is called."""

from __future__ import annotations

import pytest

from bulkportal.check.disclosures import meaning
from tests.check.sheets import checked, codes, errors
from tests.conftest import bundle, video

SPRING = [bundle("spring")]

HEADERS = (
    *("AI generated", "AI-generated content", "Made with AI", "is_ai_generated", "AI label", "aiGenerated", "AIGC", "Contenu IA", "Generado por IA"),
    *("KI-generiert", "Mit KI erstellt", "Conteúdo gerado por IA", "AI"),
    *("Paid partnership", "Branded content", "Paid promotion", "Disclose paid partnership", "Disclosure", "disclose_ad", "Sponsored", "Ad", "#ad"),
    *("Werbung", "Anzeige", "Bezahlte Partnerschaft", "Publicité", "Partenariat rémunéré", "Publicidad", "Colaboración pagada", "Parceria paga"),
)


@pytest.mark.parametrize("header", HEADERS)
def test_a_yes_in_an_unknown_column_that_speaks_of_a_disclosure_is_an_error(header: str) -> None:
    """It names the right column; a no, and a blank, ask for nothing."""
    found = checked(SPRING, [video("spring", 1) | {header: "yes"}, video("spring", 2) | {header: "no"}])
    assert errors(found) == ["disclosure_not_read"]
    (finding,) = found.errors
    assert finding.row == 2 and finding.value == "yes" and header in finding.message
    assert "ai_content_disclaimer" in finding.hint or "disclose_as_ads" in finding.hint


@pytest.mark.parametrize(
    "header",
    [
        "Ad account",
        "Ads budget",
        "Ad set id",
        "Owner",
        "Brand",
        "Email",
        "Notes",
        "Kind",
        "Partner manager",
        "Publication date checked",
        "Campaign name",
    ],
)
def test_columns_of_a_team_that_ask_for_no_disclosure_are_only_told(header: str) -> None:
    """A yes or a number under them keeps nothing from being sent."""
    assert errors(checked(SPRING, [video("spring", 1) | {header: "yes"}, video("spring", 2) | {header: "1"}])) == []


def test_a_word_other_than_yes_counts_where_the_header_leaves_no_doubt() -> None:
    """The partner's name under "Paid partnership" says that there is one."""
    assert errors(checked(SPRING, [video("spring", 1) | {"Paid partnership": "with Noodle House"}])) == ["disclosure_not_read"]
    assert errors(checked(SPRING, [video("spring", 1) | {"Werbung": "Noodle House"}])) == []


def test_a_disclosure_that_its_own_column_asks_for_is_not_asked_for_twice() -> None:
    """The team's column may stand beside ours, as long as ours says yes."""
    asked = video("spring", 1) | {"ai_content_disclaimer": "yes", "AI generated": "yes"}
    assert errors(checked(SPRING, [asked])) == []
    assert errors(checked(SPRING, [asked | {"ai_content_disclaimer": "no"}])) == ["disclosure_not_read"]


def test_a_disclosure_on_the_bundles_sheet_is_an_error_too() -> None:
    """There it is read of no video."""
    found = checked([bundle("spring", publish=None) | {"disclose_as_ads": "yes"}])
    assert errors(found) == ["disclosure_not_read"] and "Videos sheet" in found.errors[0].hint


def test_a_field_of_the_platform_that_has_no_column_is_never_dropped() -> None:
    """Stories, publishing from the sheet of videos, advanced warming: told as what they are."""
    story = video("spring", 1) | {"story_repost_url": "https://www.tiktok.com/@a/video/1"}
    found = checked(SPRING, [story, video("spring", 2) | {"auto_publish": "FALSE"}])
    assert errors(found) == ["field_not_sent"]
    assert errors(checked([bundle("spring", publish=None) | {"advanced_warming_terms_count": "6"}])) == ["field_not_sent"]


def test_volumes_are_from_nought_to_a_hundred() -> None:
    """Both ends count."""
    good = [video("spring", 1, volume_original_sound=0, volume_added_sound=100)]
    assert codes(checked([bundle("spring", videos_quantity=1)], good)) == []
    assert errors(checked(SPRING, [video("spring", 1, volume_added_sound=101)])) == ["number_out_of_range"]
    assert errors(checked(SPRING, [video("spring", 1, volume_original_sound=-1)])) == ["number_out_of_range"]


def test_what_a_header_means_does_not_depend_on_case_accents_or_signs() -> None:
    """Nor on the capitals that part its words."""
    assert meaning("PUBLICITÉ") == meaning("publicite") == (("disclose_as_ads",), False)
    assert meaning("isAIGenerated")[0] == ("ai_content_disclaimer",)
