"""A page speaks one language: no sentence of ours is left in another."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bulkportal.apply.outcomes import RowState
from bulkportal.exporting.fetched import FetchedBundle
from bulkportal.html import words
from bulkportal.html.words import LANGUAGES, Sentence, Words
from bulkportal.portal.remote import Json, RemotePosition
from bulkportal.report.as_html import write_run
from bulkportal.status_report.as_html import write_status
from bulkportal.status_report.client_pack import PackScope, pack_of, write_pack
from bulkportal.status_report.metrics import metrics_of
from bulkportal.status_report.tasks import blocker_sentences
from tests.html.pages import NOON, bundle
from tests.report import samples

OTHERS = tuple(language for language in LANGUAGES if language != "en")
CATALOGUES = {language: tomllib.loads((Path(words.__file__).parent / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES}
KINDS = (
    *("download_issue", "account_review", "video_review", "configure_account", "configure_videos"),
    *("publish", "blocked", "next_action", "empty_slots"),
)
BLOCKERS = (
    "BUNDLE_ALREADY_PUBLISHED",
    "BUNDLE_NOT_IN_SETUP",
    "ACCOUNT_MISSING",
    "ACCOUNT_NOT_CONFIGURED",
    "NO_VIDEOS_CONFIGURED",
    "ACCOUNT_MISSING_FIELDS",
)
THEIRS = {"sign_the_contract", "TALK_TO_US.", "Their words: shoe size."}
"""What the platform says."""

NAME = re.compile(r"acme(-\d+)?|spring-01|video|tiktok|instagram|[A-Z]{2}|(Bundles|Videos)!.+|[a-z]+(_[a-z]+)+|bulkportal .+")
"""Names of bundles, networks, countries, cells, columns and commands."""


class Texts(HTMLParser):
    """What a page says: texts and what screen readers and lists are told, but for what is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._inside: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        given = dict(attrs)
        if tag not in ("meta", "input", "br", "rect"):
            self._inside.append(tag in ("style", "script") or (given.get("lang") == "en" and tag != "html"))
        self._say(*(given.get(name) or "" for name in ("aria-label", "data-all", "data-some", "data-more", "data-nothing", "title")))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._inside and tag not in ("meta", "input", "br", "rect"):
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self._say(data.strip())

    def _say(self, *texts: str) -> None:
        if not any(self._inside):
            self.found.update(text for text in texts if any(letter.isalpha() for letter in text))


def said(path: Path) -> set[str]:
    """All that a page says in its language."""
    texts = Texts()
    texts.feed(path.read_text("utf-8"))
    return texts.found


def fetched() -> Iterator[FetchedBundle]:
    """A bundle for each kind of thing to do, for each blocker, and for all that may be unknown."""

    def made(number: int, name: str, **more: object) -> FetchedBundle:
        one = bundle(number, name=name, status="pending_setup")
        return replace(one, bundle=replace(one.bundle, **more))

    def slot(position: int, status: str = "pending", **values: Json) -> RemotePosition:
        return RemotePosition(position=position, status=status, values=values)

    yield made(1, "acme-1", positions=(slot(1, "configured", download_issue=True), slot(2, "")))
    for number, action in enumerate(("configure_account", "configure_videos", "publish_bundle", "sign_the_contract"), start=2):
        yield made(number, f"acme-{number}", next_action=action)
    yield made(6, "acme-6", account_status="in_review", bundle_type="account_only")
    yield made(7, "acme-7", positions=(slot(1, "configured"), slot(2)))
    yield made(8, "acme-8", positions=(slot(1, "configured"), slot(2), slot(3)))
    yield made(9, "acme-9", external_ref=None, title=None)
    yield replace(made(10, "acme-10", positions=()), hidden=Sentence(key="hidden", facts={"reason": "BUNDLE_NOT_OWNED"}))
    fields = ["username", "visible_name", "profile_picture_url", "biography", "shoe_size"]
    blockers: list[Json] = [{"code": code, "message": "Their words.", "details": {"missing_fields": list(fields)}} for code in BLOCKERS]
    blockers += [{}, {"code": "TALK_TO_US"}, {"message": "Their words.", "details": {"missing_fields": ["shoe_size"]}}]
    for number, listed in enumerate(([blocker] for blocker in blockers), start=11):
        yield replace(made(number, f"acme-{number}"), blockers=blocker_sentences({"ready": False, "blockers": listed}))
    yield replace(made(30, "acme-30"), blockers=blocker_sentences({"ready": False}))
    yield replace(made(31, "acme-31"), blockers=())
    yield made(32, "acme-32", positions=(slot(1, "in_review"),))


def pages(folder: Path, language: str) -> Mapping[str, Path]:
    """One page of each sort."""
    folder.mkdir()
    every = list(fetched())
    figures = metrics_of(every, left=1234.5, moment=NOON)
    assert {todo.kind for todo in figures.todo} == set(KINDS)
    write_status(figures, Words(language), folder / "status.html")
    write_pack(pack_of(every, PackScope(client="acme", moment=NOON, others=frozenset()), Words(language)), folder / "pack")
    source = samples.checked(samples.launch(folder / "launch.xlsx"))
    lines = [samples.line(row, state, problem="No.") for row, state in zip(source.rows, RowState, strict=False)]
    findings = [samples.finding(row, f"E{row.row}") for row in source.rows[:3]]
    write_run(samples.report(source, lines, findings), source, Words(language), folder / "run.html")
    return {"status": folder / "status.html", "share": folder / "pack" / "status.html", "run": folder / "run.html"}


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The pages in English."""
    return pages(tmp_path_factory.mktemp("pages") / "en", "en")


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_said_in_english(tmp_path: Path, english: Mapping[str, Path], language: str) -> None:
    """What a page and its English twin both say are names, the words of others, and words that both languages have."""
    other = pages(tmp_path / language, language)
    ours = CATALOGUES["en"].items()
    alike = {text for key, text in ours if CATALOGUES[language][key] == text}
    sentences = {text for _, text in ours if " " in text and "{" not in text}
    for sort in english:
        translated = said(other[sort])
        same = said(english[sort]) & translated
        assert {text for text in same - alike if not NAME.fullmatch(text)} <= {*THEIRS, *samples.HOSTILE}, sort
        assert {sentence for sentence in sentences if any(sentence in text for text in translated)} == set(), sort


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_was_left_untranslated(language: str) -> None:
    """What two catalogues have in common are single words."""
    same = [text for key, text in CATALOGUES["en"].items() if CATALOGUES[language][key] == text]
    assert [text for text in same if " " in text.replace("{", "").replace("}", "") and any(letter.isalpha() for letter in text.split("{")[0])] == []


def test_in_english_all_is_said_too(english: Mapping[str, Path]) -> None:
    """Each reason stands on the page, and what the platform calls something unknown stays as it came."""
    found = said(english["status"])
    text = " ".join(found)
    ours = {key: sentence for key, sentence in CATALOGUES["en"].items() if key.startswith(("todo.", "blocker.", "field.")) and "{" not in sentence}
    assert [key for key, sentence in ours.items() if sentence not in text] == ["todo.none", "todo.count.one"]
    assert [words for words in THEIRS if words not in text] == []
