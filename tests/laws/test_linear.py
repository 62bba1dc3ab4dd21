"""No input makes the program think for ever: what is repeated without end costs as much as it is long."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from re import _constants as signs
from re import _parser as parser
from typing import Any

import polars as pl
import pytest

import bulkportal
from bulkportal.check.escaped import _first
from bulkportal.errors import UnreadableInput
from bulkportal.exporting.cell_texts import _URL
from bulkportal.media import is_address, probe
from bulkportal.media.share_links import confirmed
from bulkportal.pipeline import check
from bulkportal.pipeline.job import Job
from bulkportal.records.log import plain
from bulkportal.sheets.csvfile import LONGEST_CELL
from bulkportal.sheets.grid import LAST_ROW
from bulkportal.sheets.reader import read_stream, refuse_longer_than_worksheet
from tests.sheets.test_handmade import peak_of

LONG = 400_000
"""At this length, what grows with the square takes minutes, and what doubles with each sign never ends."""


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every pattern that a module of the package keeps."""
    for module in pkgutil.walk_packages(bulkportal.__path__, "bulkportal."):
        if not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and value.pattern:
                    yield f"{module.name}.{name}", value


def test_no_pattern_repeats_what_repeats() -> None:
    """A repetition inside of a repetition, both without end and both able to go back, can take for ever."""
    found = dict(patterns())
    assert len(found) > 30
    assert [name for name, pattern in found.items() if _repeats_twice(pattern)] == []
    for bad in (r"(?:<!--.*?-->\s*)*<html", r"(a+)+b", r"(?:\s*x*)*y", r"(?:(?:ab|c)*d*)+e"):
        assert _repeats_twice(re.compile(bad)), bad
    for good in (r"(?:<!--(?>.*?-->)\s*+)*+<html", r'"[^"]*(?:""[^"]*)*"', r"a+b*", r"(?:ab{1,3})*"):
        assert not _repeats_twice(re.compile(good)), good


def _repeats_twice(pattern: re.Pattern[str] | re.Pattern[bytes]) -> bool:
    return any(_is_twofold(argument[2]) for argument in _endless(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)))


def _endless(parsed: Any) -> Iterator[Any]:  # the parser of the standard library has no types
    """The repetitions without end in a parsed pattern that can go back."""
    for operation, argument in parsed:
        match operation:
            case signs.MAX_REPEAT | signs.MIN_REPEAT:
                if argument[1] is signs.MAXREPEAT:
                    yield argument
                yield from _endless(argument[2])
            case signs.SUBPATTERN:
                yield from _endless(argument[3])
            case signs.BRANCH:
                for branch in argument[1]:
                    yield from _endless(branch)


def _is_twofold(body: Any) -> bool:
    """Whether a round repeats something endlessly that could as well begin the next round."""
    operation, first = next(iter(body))
    return any(operation is not signs.LITERAL or not _leaves_out(argument[2], first) for argument in _endless(body))


def _leaves_out(body: Any, sign: int) -> bool:
    """Whether what is repeated is any sign but this one."""
    ((operation, argument),) = tuple(body) if len(body) == 1 else ((None, None),)
    if operation is signs.NOT_LITERAL:
        return bool(argument == sign)
    if operation is not signs.IN or any(kind is signs.CATEGORY for kind, _ in argument):
        return False
    ranges = [(value, value) if kind is signs.LITERAL else value for kind, value in argument if kind is not signs.NEGATE]
    return any(low <= sign <= high for low, high in ranges) == (argument[0][0] is signs.NEGATE)


def test_media_names_of_blanks_are_checked() -> None:
    """Forty rows of a name that is mostly blanks."""
    rows = "".join(f"one,{number},video,x{' ' * 60_000}x,2027-03-15\n" for number in range(1, 41))
    result = check(Job(command="check", stream=b"bundle,position,video_type,video,target_publish_date\n" + rows.encode(), today=date(2026, 11, 29)))
    assert result.report.findings


FILLINGS = (" ", "-", ".", "_ ", "1", "a", "(", "\u00a0", "x ", "/", "%20", "http://", "@", "a.", ";", "'")


@pytest.mark.parametrize("column", ["video", "description", "target_publish_date", "bundle", "tiktok_sound_url", "position"])
def test_a_cell_of_one_sign_is_checked_in_every_column(column: str) -> None:
    """As long as a cell can be; a row for each sign."""
    headers = ["bundle", "position", "video_type", "video", "description", "target_publish_date", "tiktok_sound_url"]
    lines = [",".join(headers)]
    for number, filling in enumerate(FILLINGS, start=1):
        media, day = f"https://example.com/{number}.mp4", "2027-03-15"
        values = {"bundle": "one", "position": str(number), "video_type": "video", "video": media, "target_publish_date": day}
        text = "x" + filling * (30_000 // len(filling)) + "x"
        lines.append(",".join(f'"{({**values, column: text}).get(header, "")}"' for header in headers))
    told = check(Job(command="check", stream="\n".join(lines).encode(), today=date(2026, 11, 29))).report.lines
    assert len(told) == len(FILLINGS)


def test_a_text_without_blanks_is_searched_for_signs_that_are_spelled_out() -> None:
    """No address is in it, wherever one is looked for."""
    assert _first("%20" * (LONG // 3)) is None


@pytest.mark.parametrize("start", [b"<!---->" * 1200, b"<!-- " * 1600, b" " * 8000, b"<!--x-->  " * 800])
def test_pages_of_comments_are_told_from_media_and_tables(start: bytes, tmp_path: Path) -> None:
    """A file of nothing else does not stop a night."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(start)
    assert probe(path).mime == "application/octet-stream"
    try:
        read_stream(start + b"x", label="launch.csv", recognise=len)
    except UnreadableInput:
        return


@pytest.mark.parametrize("page", ["<form " * 70_000, "<input " * 60_000, "a" * LONG, '<form action="' * 30_000, "<form a" + "b-" * 100_000])
def test_pages_of_strangers_are_read(page: str) -> None:
    """Whatever a host sends in the place of a file."""
    assert confirmed(page, "https://drive.google.com/uc") is None
    assert confirmed(f'<form action="/x"><input {page}>', "https://drive.google.com/uc") is not None


@pytest.mark.parametrize("text", ["a." * (LONG // 2), "http://" * 50_000, "a" * LONG, "://" * 100_000, "a://" + "b" * LONG + "\n"])
def test_texts_are_made_harmless_for_the_log(text: str) -> None:
    """A message may quote a cell."""
    assert isinstance(plain(text), str)
    assert is_address("https://" + text + " x") is False
    assert _URL.fullmatch("https://" + text + " x") is None


def test_a_secret_of_an_address_stays_out_of_the_log() -> None:
    """However the word before it begins."""
    assert "secret" not in str(plain("see 1https://user:secret@host/a?key=secret and x.s3://secret@b"))


def test_millions_of_blank_lines_are_bounded() -> None:
    """At the end they are nothing; in the midst there are more rows than is read, or than a worksheet has. None of them is laid out."""
    at_the_end = b"bundle,position\none,1\n" + b"\n" * (64 << 20)
    in_the_midst = b"bundle,position\n" + b"\r\n" * (LAST_ROW + 5) + b"one,1\n"
    (table,) = read_stream(at_the_end, label="launch.csv", recognise=len)
    assert table.frame.rows() == [(2, "one", "1")]
    assert peak_of(at_the_end) < 900
    (table,) = read_stream(in_the_midst, label="launch.csv", recognise=len)
    assert table.frame.rows() == [(LAST_ROW + 7, "one", "1")]
    assert peak_of(in_the_midst) < 900
    with pytest.raises(UnreadableInput) as caught:
        refuse_longer_than_worksheet([table])
    assert "Split it" in caught.value.hint
    for data in (
        b"bundle,position\n" + b"\n" * (64 << 20) + b"one,1\n",
        b'bundle,position\n"a\nb",1\n' + b"\n" * (32 << 20) + b"one,1\n",
    ):
        with pytest.raises(UnreadableInput) as caught:
            read_stream(data, label="launch.csv", recognise=len)
        assert caught.value.code == "file_too_large"
        assert peak_of(data) < 900


def test_a_line_of_millions_of_delimiters_is_bounded() -> None:
    """More columns than a sheet has."""
    with pytest.raises(UnreadableInput) as caught:
        read_stream(b"bundle,position\none,1\n" * 40_000 + b"," * (16 << 20), label="launch.csv", recognise=len)
    assert caught.value.code == "file_too_large"


def test_quotation_marks_without_end_are_bounded() -> None:
    """In every arrangement that makes a cell look as if it began."""
    for filling in ('"', '""', ',"', ',""a', ',"""a', '\n"x""', '"a",""'):
        data = "bundle,position\n" + filling * (LONGEST_CELL // len(filling) * 3)
        try:
            read_stream(data.encode(), label="launch.csv", recognise=len)
        except UnreadableInput:
            continue


def test_polars_reads_patterns_in_linear_time() -> None:
    """Its patterns do not go back; the checks rest upon that."""
    text = pl.Series(["x" + " " * LONG + "x"])
    assert text.str.contains(r"^(.*?)[-_ .]*(\d{1,3})$").to_list() == [False]
