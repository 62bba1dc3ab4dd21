"""The document "Bundles": the list with its filters and pages."""

from __future__ import annotations

from tests.contract.asking import SHOWN, set_status, shown_bundle
from tests.contract.proofs import proves
from tests.simulator.stage import Stage, code

DOCUMENT = "Bundles"


def found(stage: Stage, *queries: str) -> list[list[str]]:
    """Which of two bundles each query finds: `shown`, with all its fields, and `only`, without videos, on Instagram, not configured."""
    names = {
        shown_bundle(stage): "shown",
        stage.create(bundle_type="account_only", platform="instagram", videos_quantity=0): "only",
    }
    return [[names[row["id"]] for row in stage.send("GET", f"/bundles?{query}").json()["data"]] for query in queries]


@proves(DOCUMENT, "List Bundles, rule", "all bundles of the organization")
def test_list_has_the_bundles_of_the_whole_organization(either: Stage) -> None:
    """A colleague's too, which filters find as well; they belong to another user all the same, for reading and for writing."""
    order = {"bundle_type": "account_only", "country": "FR", "external_ref": "theirs"}
    mine = either.create(external_ref="mine")
    theirs = str(either.send("POST", "/bundles", order, api_key="tok_live_colleague").json()["data"]["id"])
    for key in ("tok_live_x", "tok_live_colleague"):
        assert [row["id"] for row in either.send("GET", "/bundles", api_key=key).json()["data"]] == [theirs, mine]
    assert page(either, "external_ref=theirs") == [theirs]
    for method in ("GET", "PATCH"):
        assert code(either.send(method, f"/bundles/{theirs}", {"title": "x"})) == (403, "BUNDLE_NOT_OWNED")
    assert either.send("GET", "/bundles", api_key="tok_live_other").json()["data"] == []


@proves(DOCUMENT, "List Bundles, query parameters", "status")
def test_list_filter_status(either: Stage) -> None:
    """Bundles in that status, alone or together with other filters."""
    queries = (
        "status=published",
        "status=pending_setup",
        "status=accepted",
        "status=published&platform=tiktok",
        "status=published&platform=instagram",
    )
    assert found(either, *queries) == [["shown"], ["only"], [], ["shown"], []]


@proves(DOCUMENT, "List Bundles, query parameters", "bundle_type")
def test_list_filter_bundle_type(either: Stage) -> None:
    """Bundles of that type."""
    queries = ("bundle_type=account_and_videos", "bundle_type=account_only", "bundle_type=videos_only")
    assert found(either, *queries) == [["shown"], ["only"], []]


@proves(DOCUMENT, "List Bundles, query parameters", "platform")
def test_list_filter_platform(either: Stage) -> None:
    """Bundles of that platform."""
    assert found(either, "platform=tiktok", "platform=instagram", "platform=youtube") == [["shown"], ["only"], []]


@proves(DOCUMENT, "List Bundles, query parameters", "external_ref")
def test_list_filter_external_ref(either: Stage) -> None:
    """The bundle with exactly that reference; a part of it finds nothing."""
    assert found(either, "external_ref=campaign-42", "external_ref=campaign-4", "external_ref=CAMPAIGN-42") == [["shown"], [], []]


@proves(DOCUMENT, "List Bundles, query parameters", "account_status")
def test_list_filter_account_status(either: Stage) -> None:
    """pending, configured, in_review or finalized: bundles whose account stands there."""
    bundle = either.published()
    for status in ("pending", "configured", "in_review", "finalized"):
        set_status(either, bundle, account_status=status)
        told = [
            [row["account_status"] for row in either.send("GET", f"/bundles?account_status={asked}").json()["data"]]
            for asked in ("pending", "configured", "in_review", "finalized")
        ]
        assert [rows for rows in told if rows] == [[status]]


@proves(DOCUMENT, "List Bundles, query parameters", "account_status")
def test_list_finds_accounts_that_are_ready_to_finalize(either: Stage) -> None:
    """account_status=in_review is the list of the accounts that wait for the brand."""
    bundle, _ = either.published(), either.published()
    either.operate("POST", f"/bundles/{bundle}/deliver-account")
    rows = either.send("GET", "/bundles?account_status=in_review").json()["data"]
    assert [(row["id"], row["account_status"]) for row in rows] == [(bundle, "in_review")]
    assert either.send("POST", f"/bundles/{bundle}/account/finalize").status_code == 200


def many(stage: Stage, number: int) -> list[str]:
    """So many bundles of the smallest kind."""
    stage.operate("POST", "/credits", {"amount": 5000})
    return [stage.create(bundle_type="account_only", videos_quantity=0) for _ in range(number)]


def page(stage: Stage, query: str) -> list[str]:
    """The ids of one page."""
    return [row["id"] for row in stage.send("GET", f"/bundles?{query}").json()["data"]]


@proves(DOCUMENT, "List Bundles, query parameters", "page")
def test_list_page_begins_at_one(either: Stage) -> None:
    """The first page is 1 and is what is sent without it; all pages together are the whole, each bundle once; behind the last is nothing."""
    made = many(either, 7)
    assert page(either, "per_page=3") == page(either, "per_page=3&page=1")
    pages = [page(either, f"per_page=3&page={number}") for number in (1, 2, 3, 4)]
    assert [len(one) for one in pages] == [3, 3, 1, 0]
    assert sorted(one for rows in pages for one in rows) == sorted(made)
    assert code(either.send("GET", "/bundles?page=0")) == (400, "VALIDATION_ERROR")


@proves(DOCUMENT, "List Bundles, query parameters", "per_page")
def test_list_per_page_is_25_and_at_most_100(either: Stage) -> None:
    """25 unless told, and never more than 100."""
    many(either, 103)
    assert [len(page(either, query)) for query in ("", "per_page=1", "per_page=100", "per_page=200")] == [25, 1, 100, 100]


@proves(DOCUMENT, "List Bundles, response", "a bundle of the list")
def test_list_shows_every_field_of_the_document(either: Stage) -> None:
    """All fields of the example, `account_status` among them, with the computed ones."""
    bundle = shown_bundle(either)
    row = either.send("GET", "/bundles").json()["data"][0]
    assert {name: row[name] for name in SHOWN} == SHOWN
    assert (row["id"], row["account_status"], row["credit_cost"]) == (bundle, "configured", 1000 - either.balance)
