"""An inbox in a bucket and on an SFTP server, both real servers: nothing is lost, nothing is done twice, no password is shown."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from bulkportal.automate.inbox import LOCK
from bulkportal.automate.remote_inbox import inbox_at
from bulkportal.errors import UsageProblem
from tests.automate.inboxes import fates, launch, plainly
from tests.automate.strikes import strikes_beside
from tests.conftest import PATIENCE, SAMPLES, Desk, Ended, bundle, video
from tests.media.buckets import S3
from tests.media.sftp import Sftp

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


POINTS = ["_put/after", "_take_out/after"]
if os.environ.get("BULKPORTAL_LONG"):
    POINTS += ["_brought/after", "decide/before", "mark_moved/after", "_put/before", "_take_out/before"]


class Bucket:
    """The inbox `s3://launch/inbox` of a server."""

    address = "s3://launch/inbox"

    def __init__(self, server: S3) -> None:
        self.client = server.client
        self.variables = {
            "AWS_ENDPOINT_URL": server.address,
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def put(self, name: str, content: bytes) -> None:
        """Drop a file."""
        self.client.put_object(Bucket="launch", Key=f"inbox/{name}", Body=content)

    def content(self, name: str) -> bytes:
        """What lies there."""
        return bytes(self.client.get_object(Bucket="launch", Key=f"inbox/{name}")["Body"].read())

    def names(self, below: str = "") -> list[str]:
        """All that lies there, sorted, with RUN for the runs' ids."""
        found = self.client.list_objects_v2(Bucket="launch", Prefix=f"inbox/{below}").get("Contents", [])
        return sorted(plainly(one["Key"].removeprefix("inbox/")) for one in found)

    def empty(self) -> None:
        """Take all of it away."""
        for one in self.client.list_objects_v2(Bucket="launch", Prefix="inbox/").get("Contents", []):
            self.client.delete_object(Bucket="launch", Key=one["Key"])


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    """One S3 server for all."""
    with S3("launch") as running:
        yield running


@pytest.fixture
def bucket(server: S3, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty inbox in a bucket; the environment leads to it."""
    found = Bucket(server)
    found.empty()
    for name, value in found.variables.items():
        monkeypatch.setenv(name, value)
    return found


def night(desk: Desk, bucket: Bucket, *more: object) -> Ended:
    """`bulkportal run s3://launch/inbox`, which here takes files at once."""
    return desk.run("run", bucket.address, "--still-seconds", 0, *more, **bucket.variables)


def made(desk: Desk, name: str, **over: object) -> bytes:
    """The bytes of a launch."""
    folder = desk.folder / "made"
    folder.mkdir(exist_ok=True)
    return launch(folder, name, **over).read_bytes()


REPORTED = ["reports/status.html", "reports/status.xlsx"]


def test_what_lies_in_a_bucket_is_done_as_in_a_folder(desk: Desk, bucket: Bucket) -> None:
    """Good, bad rows, broken, a folder of CSV files with its media, what is no launch: their places, their reports, one summary."""
    good = made(desk, "a-good")
    bucket.put("a-good.xlsx", good)
    bucket.put("b-bad.xlsx", made(desk, "b-bad", target_publish_date="soon"))
    bucket.put("c-broken.xlsx", b"PK\x03\x04 and then nothing")
    folder = desk.sheets("d-folder", bundles=[bundle("d-folder")], videos=[video("d-folder", 1, video="clips/1.mp4"), video("d-folder", 2)])
    for path in folder.iterdir():
        bucket.put(f"d-folder/{path.name}", path.read_bytes())
    bucket.put("d-folder/clips/1.mp4", next((SAMPLES / "local_media" / "media").rglob("*.mp4")).read_bytes())
    bucket.put("notes.txt", b"no sheet")
    bucket.put("e-coming.xlsx.part", b"half")
    bucket.put("media/clip.mp4", b"no sheet either")
    bucket.put("../out.xlsx", good)

    ended = night(desk, bucket)

    assert fates(ended) == {"a-good.xlsx": "done", "b-bad.xlsx": "failed", "c-broken.xlsx": "failed", "d-folder": "done"}, ended.err
    assert (ended.code, ended.document["inbox"]) == (6, "s3://launch/inbox")
    first = ended.document["launches"][0]
    assert plainly(first["moved_to"]) == "s3://launch/inbox/done/a-good.RUN.xlsx"
    assert plainly(first["report"]) == "s3://launch/inbox/reports/a-good.RUN.report.xlsx"
    assert bucket.names("done") == [
        f"done/{one}" for one in ["a-good.RUN.xlsx", *(f"d-folder.RUN/{n}" for n in ("bundles.csv", "clips/1.mp4", "videos.csv"))]
    ]
    assert bucket.names("failed") == ["failed/b-bad.RUN.xlsx", "failed/c-broken.RUN.xlsx"]
    reports = [
        f"reports/{one}" for one in ("a-good.RUN.report.xlsx", "b-bad.RUN.report.xlsx", "c-broken.RUN.problem.txt", "d-folder.RUN.report.xlsx")
    ]
    assert bucket.names("reports") == [*reports, *REPORTED]
    left = set(bucket.names()) - {name for name in bucket.names() if name.partition("/")[0] in ("done", "failed", "reports")}
    assert left == {"notes.txt", "e-coming.xlsx.part", "media/clip.mp4", "../out.xlsx"}
    assert bucket.content(first["moved_to"].removeprefix("s3://launch/inbox/")) == good, "the archive is the very file"
    assert desk.bundles["a-good"].status == desk.bundles["d-folder"].status == "published"

    sent = desk.writes
    assert fates(night(desk, bucket)) == {}
    assert desk.writes == sent


def test_the_same_content_dropped_again_or_renamed_is_put_away_unsent(desk: Desk, bucket: Bucket) -> None:
    """As in a folder."""
    content = made(desk, "first")
    bucket.put("first.xlsx", content)
    assert night(desk, bucket).code == 0
    sent = desk.writes
    bucket.put("first.xlsx", content)
    bucket.put("renamed.xlsx", content)
    again = night(desk, bucket)
    assert (again.code, fates(again), desk.writes) == (0, {"first.xlsx": "duplicate", "renamed.xlsx": "duplicate"}, sent)
    assert bucket.names("done") == ["done/first.RUN.xlsx", "done/first.RUN.xlsx", "done/renamed.RUN.xlsx"]


def test_what_waits_stays_in_the_bucket_and_a_failed_copy_taken_away_is_given_up(desk: Desk, bucket: Bucket) -> None:
    """Credits for one of two; then somebody deletes the copy in failed/."""
    bucket.put("one.xlsx", made(desk, "one"))
    bucket.put("two.xlsx", made(desk, "two", target_publish_date="soon"))
    first = night(desk, bucket, "--max-credits", 10)
    assert (first.code, fates(first)["one.xlsx"]) == (8, "waiting") and "one.xlsx" in bucket.names()
    second = night(desk, bucket)
    assert fates(second)["one.xlsx"] == "done" and bucket.names("failed") == ["failed/two.RUN.xlsx"]
    assert second.document["changes"]["given_up"] == []
    for one in bucket.client.list_objects_v2(Bucket="launch", Prefix="inbox/failed/")["Contents"]:
        bucket.client.delete_object(Bucket="launch", Key=one["Key"])
    assert {problem["file"] for problem in night(desk, bucket).document["changes"]["given_up"]} == {"two.xlsx"}


@pytest.mark.parametrize("point", POINTS)
def test_a_night_that_is_killed_is_finished_by_the_next_start(desk: Desk, bucket: Bucket, point: str) -> None:
    """`kill -9` at each step between the bucket and the archive: sent once, paid once, and one copy in done/."""
    content = made(desk, "struck")
    bucket.put("struck.xlsx", content)
    killed = desk.prepared(partial(strikes_beside, point), "run", bucket.address, "--still-seconds", 0, **bucket.variables)
    assert killed.wait(PATIENCE) == -signal.SIGKILL, killed.told
    sent = desk.writes

    again = night(desk, bucket)

    assert again.code == 0, again.err
    assert desk.writes == (sent or desk.writes)
    assert fates(again) == {"struck.xlsx": "done" if point in ("_brought/after", "decide/before") else "finished"}
    assert sorted(set(bucket.names())) == ["done/struck.RUN.xlsx", *REPORTED, "reports/struck.RUN.report.xlsx"]
    (archived,) = bucket.client.list_objects_v2(Bucket="launch", Prefix="inbox/done/")["Contents"]
    assert bucket.content(archived["Key"].removeprefix("inbox/")) == content
    assert fates(night(desk, bucket)) == {}
    assert 5000 - desk.balance == 25


def test_a_new_version_dropped_while_the_old_one_is_done_stays_and_is_done_next(desk: Desk, bucket: Bucket) -> None:
    """Only the very version that was done is taken out."""
    bucket.put("launch.xlsx", made(desk, "old"))
    newer = made(desk, "new")
    with desk.while_paying(lambda: bucket.put("launch.xlsx", newer)):
        assert night(desk, bucket).code == 0
    assert bucket.content("launch.xlsx") == newer
    assert fates(night(desk, bucket)) == {"launch.xlsx": "done"}
    assert sorted(desk.bundles) == ["new", "old"]


def test_of_two_runs_on_one_machine_one_exits_12(desk: Desk, bucket: Bucket) -> None:
    """The lock is in the folder of ours; the second run asks the store nothing, and touches nothing."""
    bucket.put("launch.xlsx", b"whatever")
    mine = inbox_at(bucket.address, desk.home)
    mine.open()
    with FileLock(mine.folder / LOCK):
        ended = night(desk, bucket)
    assert (ended.code, bucket.names()) == (12, ["launch.xlsx"]) and "working on s3://launch/inbox" in ended.err


def test_a_launch_must_be_seen_unchanged_by_our_own_eyes(desk: Desk, bucket: Bucket) -> None:
    """A run waits for that; more than a minute is left to a later run."""
    bucket.put("launch.xlsx", made(desk, "still"))
    waiting = desk.run("run", bucket.address, "--still-seconds", 3600, **bucket.variables)
    assert (fates(waiting), desk.writes) == ({"launch.xlsx": "being written"}, 0)
    ended = desk.run("run", bucket.address, "--still-seconds", 0.3, **bucket.variables)
    assert fates(ended) == {"launch.xlsx": "done"}


@pytest.mark.parametrize(
    ("address", "variables", "code", "words"),
    [
        ("s3://nowhere/inbox", {}, 2, "There is no place s3://nowhere/inbox"),
        ("s3://launch/inbox", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, 5, "cannot be used"),
        ("https://example.com/inbox?token=SECRET", {}, 2, "cannot be at https://"),
        ("env:MY_INBOX", {}, 2, "MY_INBOX is not set"),
    ],
)
def test_what_is_no_inbox_is_said(desk: Desk, bucket: Bucket, address: str, variables: dict[str, str], code: int, words: str) -> None:
    """A sentence and the exit code; no address in full."""
    ended = desk.run("run", address, "--still-seconds", 0, **{**bucket.variables, "AWS_MAX_ATTEMPTS": "1", **variables})
    assert ended.code == code and words in ended.err + ended.out, ended
    assert "SECRET" not in ended.err + ended.out and "Traceback" not in ended.err


def test_a_file_address_is_a_folder(tmp_path: Path) -> None:
    """Nothing else."""
    assert inbox_at(tmp_path.as_uri(), tmp_path).folder == tmp_path
    with pytest.raises(UsageProblem):
        inbox_at("memory://inbox", tmp_path)


@pytest.mark.parametrize(
    "address",
    ["s3://", "sftp:///inbox", "s3://bucket:99999999/x", "sftp://h:notaport/x", "sftp://[::1/x", "sftp://ops:12#3@host/x", "sftp://ops:a/b@host/x"],
)
def test_an_address_that_names_nothing_is_a_wrong_use(address: str, tmp_path: Path) -> None:
    """Said before anything is asked."""
    with pytest.raises(UsageProblem, match="names no bucket or server"):
        inbox_at(address, tmp_path)


def test_an_empty_name_is_not_the_folder_we_are_in(desk: Desk) -> None:
    """`bulkportal run "$INBOX"` in a script whose variable is not set."""
    launch(desk.folder, "not-an-inbox")
    ended = desk.run("run", "", "--still-seconds", "0")
    assert (ended.code, desk.writes, (desk.folder / "done").exists()) == (2, 0, False) and "It is empty" in ended.err


# -- SFTP

PASSWORD = "pw-SECRET-0123"


@pytest.fixture
def no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No SSH agent of this machine's user."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.mark.usefixtures("no_agent")
def test_an_inbox_on_an_sftp_server_and_a_password_that_is_nowhere_to_be_seen(desk: Desk) -> None:
    """Done, archived, a kill in the middle mended; the password is in no output, report, log, ledger or diary."""
    there = desk.folder / "there"
    (there / "inbox").mkdir(parents=True)
    server = Sftp(there, desk.folder / "user", password=PASSWORD)
    address = f"sftp://ops:{PASSWORD}@127.0.0.1:{server.port}/inbox"
    shutil.move(desk.sheets("spring", bundles=[bundle("spring")], videos=[video("spring", 1), video("spring", 2)]), there / "inbox")
    (there / "inbox" / "other.xlsx").write_bytes(made(desk, "other"))
    variables = {"HOME": str(desk.folder / "user"), "MY_INBOX": address}
    words = ["run", "env:MY_INBOX", "--still-seconds", "0", "--log-file", str(desk.folder / "log.jsonl")]
    killed = desk.prepared(partial(strikes_beside, "_take_out/before"), *words, **variables)
    assert killed.wait(PATIENCE) == -signal.SIGKILL, killed.told
    ended = desk.run(*words, "-v", **variables)
    assert fates(ended) == {"other.xlsx": "finished", "spring": "done"}, ended.err
    assert json.loads(ended.out)["inbox"] == f"sftp://127.0.0.1:{server.port}/inbox"
    lying = sorted(plainly(path.relative_to(there / "inbox").as_posix()) for path in (there / "inbox").rglob("*") if path.is_file())
    reports = ["reports/other.RUN.report.xlsx", "reports/spring.RUN.report.xlsx", *REPORTED]
    assert lying == sorted(["done/other.RUN.xlsx", "done/spring.RUN/bundles.csv", "done/spring.RUN/videos.csv", *reports])
    assert not (there / "inbox" / "spring").exists(), "the empty folder goes as well"
    wrong = desk.said("run", address.replace(PASSWORD, "wrong-SECRET"), "--still-seconds", "0", **variables)
    server.known.write_text("", "utf-8")
    unknown = desk.said("run", address, "--still-seconds", "0", **variables)
    assert (wrong.code, unknown.code) == (2, 2), (wrong.err, unknown.err)
    assert "~/.ssh" in wrong.err + wrong.out and "known_hosts" in unknown.err + unknown.out
    said = "".join(one.out + one.err for one in (ended, wrong, unknown)).encode()
    files = [path for folder in (desk.home, there) for path in folder.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in (*files, desk.folder / "log.jsonl"))
    assert b"SECRET-0123" not in said + kept and b"wrong-SECRET" not in said
    assert 5000 - desk.balance == 50
