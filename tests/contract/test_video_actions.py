"""The document "Video Actions": finalize, corrections, unschedule."""

from __future__ import annotations

import pytest

from tests.contract.proofs import proves
from tests.simulator.stage import Stage, code, video

STATUSES = ("pending", "configured", "published", "accepted", "in_review", "finalized")
ACTIONS = {
    "finalize": (("accepted", "in_review"), "finalized"),
    "corrections": (("published", "accepted"), "configured"),
    "unschedule": (("configured",), "pending"),
}
"""The table "Action Summary": from which statuses, and what comes of it."""

WISH = {"message": "Please make the logo larger."}


def slot_in(stage: Stage, status: str) -> str:
    """The path of a configured video that has been put into this status."""
    bundle = stage.published()
    stage.operate("POST", "/status", {"bundle": bundle, "position": 1, "status": status})
    return f"/bundles/{bundle}/videos/1"


@proves("Video Actions", "Finalize a Video", "POST /bundles/:id/videos/:position/finalize")
@proves("Video Actions", "Finalize a Video, response", "position, status, finalized_at")
def test_finalize_completes_the_lifecycle_of_a_video(either: Stage) -> None:
    """The answer holds the position, the status finalized and the moment; the video has them from then on."""
    path = slot_in(either, "accepted")
    done = either.send("POST", f"{path}/finalize")
    assert done.status_code == 200
    assert done.json() == {"data": {"position": 1, "status": "finalized", "finalized_at": "2027-03-01T12:00:00Z"}}
    assert either.send("GET", path).json()["data"]["status"] == "finalized"


@proves("Video Actions", "Finalize a Video, rule", "no further changes")
def test_finalized_allows_no_further_changes(either: Stage) -> None:
    """A finalized video can be neither configured, corrected, unscheduled nor finalized again."""
    path = slot_in(either, "finalized")
    before = either.send("GET", path).json()
    assert either.send("PUT", path, video()).status_code == 409
    for action in ("finalize", "corrections", "unschedule"):
        assert code(either.send("POST", f"{path}/{action}", WISH)) == (409, "INVALID_STATUS_TRANSITION")
    assert either.send("GET", path).json() == before


@proves("Video Actions", "Finalize a Video, error", "INVALID_STATUS_TRANSITION")
def test_error_invalid_status_transition_on_finalize(either: Stage) -> None:
    """A video that is neither accepted nor in_review: the code, the words, and details.current_status and allowed_statuses."""
    refused = either.send("POST", f"{slot_in(either, 'configured')}/finalize")
    assert refused.json() == {
        "error": {
            "code": "INVALID_STATUS_TRANSITION",
            "message": "Cannot finalize a video with status 'configured'. The video must be 'accepted' or 'in_review'.",
            "details": {"current_status": "configured", "allowed_statuses": ["accepted", "in_review"]},
        }
    }


@proves("Video Actions", "Request Corrections", "POST /bundles/:id/videos/:position/corrections")
@proves("Video Actions", "Request Corrections, response", "position, status, correction_requested_at, correction_message")
def test_corrections_send_a_video_back_to_its_creator(february: Stage) -> None:
    """The answer holds the position, the status configured, the moment and the message; the video reverts to configured."""
    path = slot_in(february, "published")
    done = february.send("POST", f"{path}/corrections", WISH)
    assert done.status_code == 200
    assert done.json() == {
        "data": {
            "position": 1,
            "status": "configured",
            "correction_requested_at": "2027-03-01T12:00:00Z",
            "correction_message": WISH["message"],
        }
    }
    assert february.send("GET", path).json()["data"]["status"] == "configured"


@proves("Video Actions", "Request Corrections, body", "message")
def test_corrections_need_a_message(either: Stage) -> None:
    """Without a message, or with a blank one, nothing is requested: 400 VALIDATION_ERROR."""
    path = slot_in(either, "accepted")
    for body in ({}, {"message": None}, {"message": "  "}, {"message": 5}):
        assert code(either.send("POST", f"{path}/corrections", body)) == (400, "VALIDATION_ERROR")
    assert either.send("GET", path).json()["data"]["status"] == "accepted"


@proves("Video Actions", "Unschedule a Video", "POST /bundles/:id/videos/:position/unschedule")
@proves("Video Actions", "Unschedule a Video, response", "position, status, unscheduled_at")
def test_unschedule_takes_a_video_out_of_the_schedule(either: Stage) -> None:
    """The answer holds the position, the status pending and the moment."""
    done = either.send("POST", f"{slot_in(either, 'configured')}/unschedule")
    assert done.status_code == 200
    assert done.json() == {"data": {"position": 1, "status": "pending", "unscheduled_at": "2027-03-01T12:00:00Z"}}


@proves("Video Actions", "Unschedule a Video, rule", "content and metadata are cleared")
def test_unschedule_clears_content_and_metadata(either: Stage) -> None:
    """The video is again as its slot was when it was bought; only the slot itself remains."""
    bundle = either.create()
    path = f"/bundles/{bundle}/videos/1"
    empty = either.send("GET", path).json()["data"]
    either.send("PUT", path, video(name="Dawn", external_ref="v1", tiktok_sound_url="https://www.tiktok.com/music/1"))
    either.send("POST", f"{path}/unschedule")
    assert either.send("GET", path).json()["data"] == {**empty, "updated_at": "2027-03-01T12:00:00Z"}
    assert either.send("GET", f"/bundles/{bundle}").json()["data"]["videos_total"] == 3


@proves("Video Actions", "Unschedule a Video, error", "INVALID_STATUS_TRANSITION")
def test_error_invalid_status_transition_on_unschedule(either: Stage) -> None:
    """A video that is not configured: the code, the words, and details.current_status and allowed_statuses."""
    refused = either.send("POST", f"{slot_in(either, 'published')}/unschedule")
    assert refused.json() == {
        "error": {
            "code": "INVALID_STATUS_TRANSITION",
            "message": "Cannot unschedule a video with status 'published'. Only 'configured' videos can be unscheduled.",
            "details": {"current_status": "published", "allowed_statuses": ["configured"]},
        }
    }


def act_in_every_status(stage: Stage, action: str, status: str) -> None:
    """Try an action in a status and compare with the table."""
    allowed, result = ACTIONS[action]
    path = slot_in(stage, status)
    answer = stage.send("POST", f"{path}/{action}", WISH)
    if status in allowed:
        assert answer.json()["data"]["status"] == result
    else:
        assert code(answer) == (409, "INVALID_STATUS_TRANSITION")
        assert answer.json()["error"]["details"] == {"current_status": status, "allowed_statuses": list(allowed)}
    assert stage.send("GET", path).json()["data"]["status"] == (result if status in allowed else status)


@proves("Video Actions", "Action Summary", "Finalize")
@pytest.mark.parametrize("status", STATUSES)
def test_action_finalize_from_every_status(either: Stage, status: str) -> None:
    """Allowed from accepted and in_review, with the result finalized; from no other status."""
    act_in_every_status(either, "finalize", status)


@proves("Video Actions", "Action Summary", "Corrections")
@pytest.mark.parametrize("status", STATUSES)
def test_action_corrections_from_every_status(february: Stage, status: str) -> None:
    """Allowed from published and accepted, with the result configured; from no other status."""
    act_in_every_status(february, "corrections", status)


@proves("Video Actions", "Action Summary", "Unschedule")
@pytest.mark.parametrize("status", STATUSES)
def test_action_unschedule_from_every_status(either: Stage, status: str) -> None:
    """Allowed from configured, with the result pending; from no other status."""
    act_in_every_status(either, "unschedule", status)
