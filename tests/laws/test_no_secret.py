"""No secret in any artefact: neither the key nor a presigned address, wherever they could have been left."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bulkportal.simulator.state import REFUSED_KEY
from tests.automate.inboxes import inbox_of, launch
from tests.automate.posts import web_hook
from tests.conftest import SAMPLES, Desk

FAULT = """
import sys
from bulkportal import pipeline
from bulkportal.cli.main import run
async def broken(job, settings):
    raise RuntimeError("it broke with " + settings.key.reveal())
pipeline.import_ = broken
sys.exit(run(sys.argv[1:]))
"""


def artefacts(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, and what is inside those that are archives."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield str(path), content
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path}!{name}", archive.read(name)


def command_lines() -> bytes:
    """The words of every process, as any user of the machine can see them."""
    lines: list[bytes] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            lines.append(path.read_bytes().replace(b"\0", b" "))
    return b"\n".join(lines)


def test_neither_the_key_nor_a_presigned_address_is_left_anywhere(desk: Desk) -> None:
    """Ledger, diary, audit log, logs, reports, pages, exports, messages, traces, what is printed, the list of processes."""
    secret = "hook-s3cret-9f31"
    log = desk.folder / "log.jsonl"
    scratch = desk.folder / "scratch"  # what the commands leave in the machine's temporary folder is looked at with the rest
    scratch.mkdir()
    story = inbox_of(desk)
    shutil.copytree(SAMPLES / "local_media", story, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.json"))
    for path in story.rglob("*.mp4"):  # a large file goes to an address that is signed for it
        with path.open("ab") as file:
            file.write(struct.pack(">I4s", 5 << 20, b"free") + bytes((5 << 20) - 8))
    launch(story, "bad", target_publish_date="soon")
    said: list[bytes] = []
    config = desk.folder / "config" / "bulkportal.toml"
    config.parent.mkdir()
    with web_hook() as hook:
        config.write_text(f'[profiles.a.notify]\ntargets = ["env:HOOK"]\nhealthcheck = "http://{hook.address}/{secret}"\n', "utf-8")
        more = {"BULKPORTAL_CONFIG": str(config), "HOOK": f"json://ops:{secret}@{hook.address}/", "TMPDIR": str(scratch)}
        running = desk.start("run", story, "--still-seconds", 0, "--log-file", log, **more)
        desk.wait(running, lambda: desk.writes >= 2)
        seen = command_lines()
        said += [text.encode() for text in running.communicate(timeout=250)]
        messages = b"".join(body for _, body in hook.calls)
    tokens = [token.encode() for token in desk.state.books.tokens]
    assert tokens, "files were uploaded, each to a presigned address"

    for words in (
        ("status", "-o", desk.folder / "status.html"),
        ("export", "-o", desk.folder / "out.xlsx"),
        ("config", "show"),
        ("doctor",),
        ("audit", "show"),
        ("runs", "show"),
        ("schedule", "print", story, "--systemd"),
        ("schedule", "print", story, "--github"),
    ):
        ended = desk.command(*words, "--log-file", log, TMPDIR=str(scratch)) if words[0] in ("status", "export") else desk.command(*words, **more)
        said += [ended.out.encode(), ended.err.encode()]
    desk.trouble("html_after", times=None)
    ended = desk.command("import", launch(desk.folder, "later"), "--yes", "--log-file", log, TMPDIR=str(scratch))
    said += [ended.out.encode(), ended.err.encode()]

    script = desk.folder.parent / "fault.py"
    script.write_text(FAULT, "utf-8")
    words = [sys.executable, script, "import", desk.folder / "later.xlsx", "--yes"]
    fault = subprocess.run(words, env=desk.environment(), capture_output=True, timeout=250, check=False)
    assert fault.returncode == 7
    assert [path.name[:16] for path in desk.home.glob("*.txt")] == ["bulkportal-fault"]
    said += [fault.stdout, fault.stderr]
    refused = desk.command("doctor", TOKPORTAL_API_KEY=REFUSED_KEY)
    said += [refused.out.encode(), refused.err.encode()]

    places = [*artefacts(desk.folder), ("the list of processes", seen), ("messages", messages), *((f"said {n}", text) for n, text in enumerate(said))]
    config_file = str(config)
    assert len(places) > 60
    for name, content in places:
        assert desk.key.encode() not in content, name
        assert REFUSED_KEY.encode() not in content, name
        assert name == config_file or secret.encode() not in content, name
        assert [token for token in tokens if token in content] == [], name
    assert list(scratch.iterdir()) == []
