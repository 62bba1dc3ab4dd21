"""Wrong requests: a refusal in the envelope, never a 500, and nothing half-made."""

from __future__ import annotations

import copy

import httpx
import pytest

from bulkportal.simulator.routes import OPERATIONS

from .stage import Stage, code, video

WRITES = [(operation.method, operation.template) for operation in OPERATIONS if operation.method != "GET"]
UNREADABLE = {
    "open brace": b"{",
    "no UTF-8": b"\xff\xfe",
    "half a surrogate pair": b'{"title": "\\ud800"}',
    "no number": b'{"title": "x", "edits_quantity": NaN}',
    "endless number": b'{"title": "x", "edits_quantity": 1e400}',
    "five thousand digits": b'{"quantity": ' + b"9" * 5000 + b"}",
    "too deep": b"[" * 100_000,
    "a list": b"[]",
    "a word": b'"x"',
    "null": b"null",
}
BEYOND = "9" * 5000
CSV = "position,video_type,description,target_publish_date,video_url,volume_original_sound\n"
ROW = "1,video,A market,2027-03-09,https://cdn.example.com/a.mp4,{}\n"


@pytest.fixture(params=["stage", "current"])
def either(request: pytest.FixtureRequest) -> Stage:
    """Each edition in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Stage)
    return found


def kept(stage: Stage) -> object:
    """All that a request may change, apart from files that nobody refers to."""
    books = copy.deepcopy(stage.state.books)
    return books.bundles, books.accounts, books.wallets


def raw(stage: Stage, method: str, path: str, body: bytes, media: str = "application/json") -> httpx.Response:
    """Send those very bytes."""
    return stage.http.request(method, path, content=body, headers={"Content-Type": media})


@pytest.mark.parametrize(("method", "template"), WRITES)
def test_a_body_that_is_no_object_changes_nothing(either: Stage, method: str, template: str) -> None:
    """400 where the route reads a body; a route that takes none does what it does without one. The platform answers afterwards as before."""
    bundle = either.published()
    path = template.replace("{id}", bundle).replace("{position}", "1")
    for name, body in UNREADABLE.items():
        before = kept(either)
        answer = raw(either, method, path, body)
        assert answer.status_code < 500, name
        if answer.is_error:
            assert set(answer.json()) == {"error"}, name
            assert kept(either) == before, name
    for read in ("/bundles", f"/bundles/{bundle}", f"/bundles/{bundle}/videos"):
        assert either.send("GET", read).status_code == 200


@pytest.mark.parametrize("position", ["0", "-1", "4", BEYOND, f"-{BEYOND}"], ids=["0", "-1", "4", "far", "far below"])
def test_a_whole_number_that_is_no_position_is_out_of_range(either: Stage, position: str) -> None:
    """However long it is; what is not a whole number is 400 VALIDATION_ERROR."""
    bundle = either.create()
    assert code(either.send("GET", f"/bundles/{bundle}/videos/{position}")) == (400, "VIDEO_POSITION_OUT_OF_RANGE")
    for wrong in ("x", "1.0", "%C2%B2", "1e0"):
        assert code(either.send("GET", f"/bundles/{bundle}/videos/{wrong}")) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "day",
    ["2027-3-9", "20270309", "2027-W10-2", "3000-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-05:00", "2027-02-30"],
)
def test_a_day_that_is_none_is_refused(either: Stage, day: str) -> None:
    """400 at the field, at the ends of the calendar too; and the video is as it was."""
    path = f"/bundles/{either.create()}/videos/1"
    before = kept(either)
    answer = either.send("PUT", path, video(target_publish_date=day))
    assert code(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"] == {"field": "target_publish_date"}
    assert kept(either) == before


@pytest.mark.parametrize(
    "path",
    [
        f"/bundles?page={BEYOND}",
        f"/bundles?per_page={BEYOND}",
        "/bundles?page=%D9%A3",
        "/credits/history?date_from=0001-01-01T00:00:00%2B14:00",
        "/accounts?banned=perhaps",
        "/account-bans?since=tomorrow",
    ],
)
def test_a_wrong_filter_is_refused(either: Stage, path: str) -> None:
    """400 VALIDATION_ERROR, and no page of something else."""
    assert code(either.send("GET", path)) == (400, "VALIDATION_ERROR")


def test_a_flag_in_a_query_has_any_case(either: Stage) -> None:
    """The official SDK writes Python's True; it must not list the accounts that are not banned."""
    bundle = either.published()
    either.operate("POST", f"/bundles/{bundle}/deliver-account")
    found = {word: len(either.send("GET", f"/accounts?banned={word}").json()["data"]) for word in ("True", "true", "False", "false")}
    assert found == {"True": 0, "true": 0, "False": 1, "false": 1}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"auto_finalize_videos": None, "title": "half"}),
        ("PUT", "/videos/2", video(video_url="https://[")),
        ("POST", "/videos/1/fix-download", {"video_url": "https://["}),
        ("POST", "/account/corrections", {"comment": "Shorter", "fields": {"biography": 5}}),
        ("POST", "/account/corrections", {"comment": "Shorter", "fields": {"biography": "  "}}),
    ],
)
def test_a_wrong_value_changes_nothing(either: Stage, method: str, path: str, body: object) -> None:
    """400 VALIDATION_ERROR in either spelling."""
    bundle = either.published()
    for step in ("deliver-account", "videos/1/flag-download"):
        either.operate("POST", f"/bundles/{bundle}/{step}")
    before = kept(either)
    status, told = code(either.send(method, f"/bundles/{bundle}{path}", body))
    assert (status, told.upper()) == (400, "VALIDATION_ERROR")
    assert kept(either) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CSV + ROW.format("²"), (200, "'volume_original_sound' must be an integer")),
        (CSV + ROW.format("5").replace("1,", "²,", 1), (200, "not a video position")),
        (CSV + ROW.format("5").replace("2027-03-09", "9999-12-31"), (200, "must be a date")),
        (CSV + ROW.format("5").replace("A market", "x" * 200_000), (400, "cannot be read as CSV")),
    ],
    ids=["volume", "position", "day", "very long"],
)
def test_a_csv_file_with_something_strange_in_it(either: Stage, text: str, told: tuple[int, str]) -> None:
    """The row is skipped with a sentence, or the file is refused; the video stays pending."""
    path = f"/bundles/{either.create()}/videos"
    answer = either.http.post(f"{path}/import-csv", files={"file": ("videos.csv", text.encode(), "text/csv")})
    assert answer.status_code == told[0]
    assert told[1] in answer.text
    assert either.send("GET", f"{path}/1").json()["data"]["status"] == "pending"


@pytest.mark.parametrize("route", ["/bundles/{id}/videos/import-csv", "/upload/video/direct", "/upload/image/direct"])
def test_a_multipart_body_that_is_broken(either: Stage, route: str) -> None:
    """400, whatever is wrong with it; the kind of the body is read in any case."""
    path = route.replace("{id}", either.create())
    for media in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a"):
        assert code(raw(either, "POST", path, b"--a\r\n\r\nx", media)) == (400, "VALIDATION_ERROR")
    upper = raw(either, "POST", path, b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--a--\r\n', "Multipart/Form-Data; boundary=a")
    assert "must be multipart" not in upper.text


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "BREW"])
def test_a_method_that_does_not_go_is_told(either: Stage, method: str) -> None:
    """405 in the envelope, with what goes in it and in Allow."""
    answer = either.send(method, "/bundles")
    assert code(answer) == (405, "METHOD_NOT_ALLOWED")
    assert (answer.headers["Allow"], answer.json()["error"]["details"]["allowed"]) == ("GET, POST", ["GET", "POST"])


def test_a_finalized_video_keeps_its_words_and_dates(current: Stage) -> None:
    """Its name and its reference are the client's own and can be changed; a request that asks for more is refused whole."""
    bundle = current.published()
    path = f"/bundles/{bundle}/videos/1"
    current.operate("POST", "/status", {"bundle": bundle, "position": 1, "status": "finalized"})
    before = kept(current)
    for more in ({"description": "New"}, {"target_publish_date": "2027-04-01"}):
        assert code(current.send("PATCH", path, {"name": "New", **more})) == (409, "BUNDLE_INVALID_STATUS")
        assert kept(current) == before
    assert current.send("PATCH", path, {"name": "New", "external_ref": "v1"}).status_code == 200
