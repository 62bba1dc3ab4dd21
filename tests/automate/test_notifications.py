"""Who is told, when, and that a message that does not arrive changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.automate.inboxes import fates, inbox_of, launch, night, profiled
from tests.automate.posts import mail_server, web_hook
from tests.conftest import Desk, Ended

SECRET = "s3cret-token"


def told(ended: Ended) -> list[tuple[str, bool]]:
    return [(one["target"], one["ok"]) for one in ended.document["notified"]]


def test_a_mail_brings_the_report_of_what_failed(desk: Desk) -> None:
    """Through a real mail server: the subject says what happened, the text names the row, the workbook is attached."""
    with mail_server() as box:
        target = f"mailto://127.0.0.1:{box.port}?from=night@example.com&to=ops@example.com&mode=insecure"
        config = profiled(desk, targets=[target])
        launch(inbox_of(desk), "spring", target_publish_date="soon")
        ended = night(desk, **config)
    assert (ended.code, told(ended)) == (4, [("1 (mailto)", True)])
    (mail,) = box.mails
    assert "1 failed; 2 new problems" in str(mail["subject"])
    parts = {part.get_filename() or part.get_content_type(): part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()}
    text = b"".join(content or b"" for name, content in parts.items() if name.startswith("text/")).decode()
    assert "spring position 1" in text and "soon" in text
    reports = [name for name in parts if name.endswith(".report.xlsx")]
    assert len(reports) == 1
    assert parts[reports[0]] == Path(ended.document["launches"][0]["report"]).read_bytes()


@pytest.mark.parametrize(("on", "messages"), [("failure", [1, 0, 0]), ("change", [1, 0, 1]), ("always", [1, 1, 1])])
def test_people_are_told_of_what_is_new_and_left_in_peace_otherwise(desk: Desk, on: str, messages: list[int]) -> None:
    """A night with a mistake, one without news, one in which it is corrected."""
    with web_hook() as hook:
        config = profiled(desk, targets=[f"json://{hook.address}/hook"], on=on)
        counts = []
        for date in ("soon", None, "2030-03-02"):
            if date is not None:
                launch(inbox_of(desk), "spring", target_publish_date=date)
            before = len(hook.calls)
            night(desk, **config)
            counts.append(len(hook.calls) - before)
    assert counts == messages
    first = json.loads(hook.calls[0][1])
    assert (first["type"], "2 new problems" in first["title"]) == ("failure", True)


def test_that_somebody_could_not_be_told_is_said_and_changes_nothing(desk: Desk) -> None:
    """A dead address, one that refuses, one that is no address, one whose variable is not set; no address is shown."""
    with web_hook() as hook:
        hook.status = 500
        targets = ["json://127.0.0.1:9/dead?token=" + SECRET, f"json://user:{SECRET}@{hook.address}/", f"nonsense-{SECRET}", "env:NOBODY_SET_THIS"]
        config = profiled(desk, targets=targets)
        launch(inbox_of(desk), "spring")
        ended = night(desk, **config)
    assert (ended.code, fates(ended)) == (0, {"spring.xlsx": "done"})
    assert [ok for _, ok in told(ended)] == [False] * 4
    assert ended.err.count("Not notified:") == 4
    assert SECRET not in ended.out + ended.err


def test_a_target_may_stand_in_the_environment(desk: Desk) -> None:
    """Then the settings file holds no secret at all."""
    with web_hook() as hook:
        config = profiled(desk, targets=["env:OPS_HOOK"])
        launch(inbox_of(desk), "spring")
        assert told(night(desk, **config, OPS_HOOK=f"json://{hook.address}/x")) == [("1 (json)", True)]


def test_the_watchman_hears_of_the_start_and_of_the_end(desk: Desk) -> None:
    """Mistakes in a sheet are told to its people; a night that could not work is told to the watchman."""
    with web_hook() as hook:
        config = profiled(desk, healthcheck=f"http://{hook.address}/ping/{SECRET}")
        launch(inbox_of(desk), "spring", target_publish_date="soon")
        assert night(desk, **config).code == 4
        assert hook.paths == [f"/ping/{SECRET}/start", f"/ping/{SECRET}"]
        desk.key = "tok_live_refused"
        ended = night(desk, **config)
    assert ended.code == 3
    assert hook.paths[2:] == [f"/ping/{SECRET}/start", f"/ping/{SECRET}/fail"]
    gone = night(desk, **config)
    assert gone.code == 3
    assert ("healthcheck", False) in told(gone)
    assert SECRET not in gone.out + gone.err
