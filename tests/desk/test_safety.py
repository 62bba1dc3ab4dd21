"""Who may ask the desk, and for what: each line of its safety is a test (docs/explanation/desk-safety.md)."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkportal.desk import safety
from bulkportal.desk.safety import MOST_BYTES, MOST_FILE, POLICY
from bulkportal.desk.server import Idle
from tests.conftest import KEY, Desk
from tests.desk.conftest import OURS, PORT, Page
from tests.desk.starting import begin

Enter = Callable[..., Page]


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"127.0.0.1.nip.io:{PORT}", ""])
def test_a_name_that_was_made_to_lead_here_is_none_of_ours(enter: Enter, host: str) -> None:
    """DNS rebinding: whatever the cookie, a strange host gets 421."""
    page = enter()
    assert page.get("/", Host=host).status_code == 421
    assert page.post("/open").status_code == 422


def test_the_token_is_in_the_first_link_only(enter: Enter) -> None:
    """It is exchanged for a cookie that scripts cannot read, that no other site sends, and that is named by the port."""
    page = enter()
    first = page.client.get(page.pass_.link + "&open=x")
    assert first.status_code == 303
    assert first.headers["location"] == "/?open=x"
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"bulkportal-desk-{PORT}=") and "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert page.pass_.token not in cookie
    assert page.pass_.token not in page.get("/").text


def test_without_the_cookie_nothing_is_told(enter: Enter) -> None:
    page = enter()
    page.client.cookies.clear()
    assert page.get("/").status_code == 403
    assert page.get("/?token=guessed").status_code == 403
    assert page.get(f"/launch/x/grid?token={page.pass_.token}").status_code == 403
    assert page.client.post("/open", json={}, headers=OURS).status_code == 403
    page.client.cookies.set(f"bulkportal-desk-{PORT}", "guessed")
    assert page.get("/static/desk.css").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Bulkportal": "desk"},
        {"Sec-Fetch-Site": "same-origin", "Origin": f"http://127.0.0.1:{PORT}"},
        {**OURS, "Sec-Fetch-Site": "same-site"},
        {**OURS, "Sec-Fetch-Site": "cross-site"},
        {**OURS, "Origin": "http://127.0.0.1:9"},
        {**OURS, "Origin": "null"},
    ],
)
def test_only_a_page_of_the_desk_may_change_anything(enter: Enter, headers: dict[str, str]) -> None:
    """A header of ours and the browser's own word; another port of this machine is the same site, and not us."""
    page = enter()
    assert page.client.post("/rehearsal", json={"on": True}, headers=headers).status_code == 403
    assert page.session.rehearsal is None


def test_another_page_cannot_ask_either(enter: Enter) -> None:
    """Neither as a script nor as a picture; a person may open a page from anywhere."""
    page = enter()
    assert page.get("/runs", **{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}).status_code == 403
    assert page.get("/runs", **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert page.get("/runs", **{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}).status_code == 200
    assert page.client.put("/runs", headers=OURS).status_code == 405


@pytest.mark.parametrize("place", ["/", "/nowhere", "/static/desk.js", "/rehearsal"])
def test_every_answer_is_sealed(enter: Enter, place: str) -> None:
    headers = enter().get(place).headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY and "default-src 'self'" in POLICY and "frame-ancestors 'none'" in POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers and "access-control-allow-origin" not in headers


def test_what_is_too_long_is_refused_before_it_is_read(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the length that is said, and where none is said, by what comes."""
    page = enter()
    assert page.client.post("/open", content=b"x", headers={**OURS, "Content-Length": str(MOST_BYTES + 1)}).status_code == 413
    assert page.client.post("/drop?name=a.xlsx", content=b"x", headers={**OURS, "Content-Length": str(MOST_FILE + 1)}).status_code == 413
    assert page.client.post("/open", content=iter([b"x" * MOST_BYTES, b"x"]), headers=OURS).status_code == 413
    monkeypatch.setattr(safety, "MOST_FILE", 1000)
    before = set(page.session.folder.iterdir())
    assert page.client.post("/drop?name=a.xlsx", content=iter([b"x" * 600, b"x" * 600]), headers=OURS).status_code == 413
    assert set(page.session.folder.iterdir()) == before


@pytest.mark.parametrize("name", ["../../evil.xlsx", "..\\evil.xlsx", "/etc/evil.xlsx", "\u202eevil\n.xlsx", "CON:.xlsx"])
def test_a_dropped_file_stays_in_its_folder(enter: Enter, desk: Desk, name: str) -> None:
    """Whatever it is called."""
    page = enter()
    before = {path.resolve() for path in desk.folder.parent.rglob("*evil*")}
    page.client.post("/drop", params={"name": name}, content=b"no workbook", headers=OURS)
    new = {path.resolve() for path in desk.folder.parent.rglob("*evil*")} - before
    assert all(path.parent == desk.folder.resolve() for path in new)


def test_a_dropped_file_takes_nobodys_place(enter: Enter, desk: Desk, launch: Path) -> None:
    page, data = enter(), launch.read_bytes()
    page.client.post("/drop?name=launch.xlsx", content=data, headers=OURS)
    assert page.client.post("/drop?name=launch.xlsx", content=b"other", headers=OURS).status_code == 422
    assert launch.read_bytes() == data
    assert (desk.folder / "launch-2.xlsx").read_bytes() == b"other"


def test_the_key_is_on_no_page(enter: Enter, launch: Path) -> None:
    page = enter()
    address = page.open(launch)
    places = ["/", "/settings", "/settings?look=1", "/status", "/runs", *(f"{address}/{step}" for step in ("sheet", "grid", "rows", "plan", "run"))]
    for place in places:
        answer = page.get(place)
        assert answer.status_code == 200, (place, answer.text)
        assert KEY not in answer.text
    said = page.post("/settings", {"key_place": "file", "key_at": KEY})
    assert said.status_code == 422 and KEY not in said.text


def test_idle_is_a_matter_of_the_clock() -> None:
    now = [100.0]
    idle = Idle(clock=lambda: now[0])
    now[0] = 159.0
    assert not idle.is_over(60)
    now[0] = 160.0
    assert idle.is_over(60)
    idle.seen()
    assert not idle.is_over(60)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_its_link_first_and_ends_well(desk: Desk, ending: signal.Signals) -> None:
    """One desk a home: the second says where the first is, and ends with 12. It is begun as users do, and says its link into a pipe at once."""
    words = [sys.executable, "-m", "bulkportal", "desk", "--port", "0", "--no-browser"]
    first = subprocess.Popen(
        words, env=desk.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=desk.folder
    )
    try:
        assert first.stdout is not None
        line = first.stdout.readline()
        assert line.startswith("Desk: http://127.0.0.1:") and "/?token=" in line
        link = line.removeprefix("Desk: ").strip()
        port = int(link.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=30):
            pass
        assert oct((desk.home / "desk.json").stat().st_mode)[-3:] == "600"
        second = desk.said("desk", "--no-browser", "--port", "0")
        assert second.code == 12
        assert second.out.strip() == f"Desk: {link}"
    finally:
        first.send_signal(ending)
        out, err = first.communicate(timeout=60)
    assert (first.returncode, out, err) == (0, "", "")
    assert not (desk.home / "desk.json").exists()


def test_it_ends_when_nobody_is_there(desk: Desk) -> None:
    process = begin(desk, "--idle", "0.01")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and out.startswith("Desk: ") and err == ""
