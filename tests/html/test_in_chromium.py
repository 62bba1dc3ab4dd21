"""The page in a real browser: it opens from disk, is silent, filters, sorts, prints, and keeps hostile words as words."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from bulkportal.apply.outcomes import RowState
from bulkportal.html.words import Words
from bulkportal.report.as_html import write_run
from bulkportal.status_report.client_pack import PackScope, pack_of, write_pack
from tests.html.conftest import Open
from tests.html.pages import NOON, bundle, status_page
from tests.report import samples


def hostile_words() -> tuple[str, ...]:
    """Twenty texts of which each would do something in a page that is careless."""
    return (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "<svg onload=alert(3)>",
        "<svg><script>alert(4)</script></svg>",
        "{{7*7}}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
        "${7*7}<%= 7*7 %>",
        '" onmouseover="alert(5)',
        "' autofocus onfocus='alert(6)",
        "</td></tr></table><h1>broken out</h1>",
        "</script><script>alert(7)</script>",
        "</style><style>body{display:none}</style>",
        "</title><script>alert(8)</script>",
        "]]><script>alert(9)</script>",
        "<!-- <b>comment</b> -->",
        "&lt;b&gt; stays as it is &amp;amp;",
        "javascript:alert(10)",
        "\u202egnp.exe \u2066 turned round",
        "<a href=javascript:alert(11)>click</a>",
        "<iframe srcdoc='<script>parent.alert(12)</script>'></iframe>",
    )


def test_it_opens_from_disk_and_asks_for_nothing(tmp_path: Path, open_page: Open) -> None:
    """No request but for itself, no error, and a policy that allows neither."""
    opened = open_page(status_page(tmp_path, [bundle(number) for number in range(12)]))
    assert len(opened.rows) == 12
    assert opened.page.title() == "Status"
    policy = opened.page.locator("meta[http-equiv]").get_attribute("content") or ""
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_it_is_filtered(tmp_path: Path, open_page: Open) -> None:
    """By words, each somewhere in the row, and by choices; Escape shows all again."""
    opened = open_page(status_page(tmp_path, [bundle(number) for number in range(12)]))
    search = opened.page.get_by_label("Search")
    search.fill("ACME tiktok")
    assert opened.rows == ["acme-00000", "acme-00006"]
    assert opened.shown == "2 of 12"
    search.fill("nowhere")
    assert (opened.rows, opened.shown) == ([], "Nothing matches.")
    search.press("Escape")
    assert opened.shown == "12 in all"
    opened.page.get_by_label("Client").select_option("nova")
    opened.page.get_by_label("Platform", exact=True).select_option("instagram")
    assert opened.rows == ["nova-00001", "nova-00007"]


def test_it_is_sorted_with_the_keyboard(tmp_path: Path, open_page: Open) -> None:
    """Numbers as numbers, days as days, both ways, told to a screen reader."""
    opened = open_page(status_page(tmp_path, [bundle(number) for number in (3, 13, 1, 5)]))
    heads = opened.page.locator("#list thead th")
    heads.filter(has_text="Credits").get_by_role("button").focus()
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert [name[-2:] for name in opened.rows] == ["01", "03", "05", "13"]
    opened.page.keyboard.press("Space")
    assert opened.page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert opened.rows[0] == "nova-00013"
    heads.filter(has_text="Bundle").get_by_role("button").press("Enter")
    assert opened.page.locator("th[aria-sort]").count() == 1
    assert opened.rows == ["acme-00003", "lumen-00005", "nova-00001", "nova-00013"]


def test_everything_can_be_reached_with_the_keyboard(tmp_path: Path, open_page: Open) -> None:
    """The first stop leads past the head of the page; what is focused is seen."""
    opened = open_page(status_page(tmp_path, [bundle(1), bundle(2)]))
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "To the list"
    opened.page.keyboard.press("Enter")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.type") == "search"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible(tmp_path: Path, open_page: Open, *, dark: bool) -> None:
    """Axe finds nothing: names, roles, contrast, structure."""
    bundles = [bundle(number, status=status) for number, status in enumerate(("published", "pending_setup", "completed", "archived", "odd_word"))]
    opened = open_page(status_page(tmp_path, bundles), dark=dark)
    opened.page.locator("summary").first.click()
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()
    assert opened.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == ("rgb(17, 23, 31)" if dark else "rgb(248, 250, 252)")


def test_it_is_printed_whole(tmp_path: Path, open_page: Open) -> None:
    """All rows, without what is for hands."""
    opened = open_page(status_page(tmp_path, [bundle(number) for number in range(220)]))
    assert len(opened.rows) == 200
    opened.page.pdf(path=tmp_path / "status.pdf", prefer_css_page_size=True)
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "status.pdf").pages)
    assert all(f"-{number:05}" in text for number in range(220))
    assert "Search" not in text
    assert len(opened.rows) == 200
    opened.page.get_by_role("button", name="Show 20 more").click()
    assert len(opened.rows) == 220


def test_it_fits_on_a_phone(tmp_path: Path, open_page: Open) -> None:
    """Only the tables and the calendar scroll sideways, in frames of their own."""
    opened = open_page(status_page(tmp_path, [bundle(number) for number in range(12)]), width=360)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("width", [400, 1200, 1280])
def test_no_column_is_lost_at_the_edge(tmp_path: Path, open_page: Open, width: int) -> None:
    """A window of a laptop shows all twelve columns; in a narrower one the last is reached by scrolling in the frame of the table."""
    bundles = [bundle(number, name=f"spring-instagram-{number:02}", status="pending_setup") for number in range(12)]
    page = open_page(status_page(tmp_path, bundles, language="de"), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    frame, last = page.locator("#list .scroll"), page.locator("#list thead th").last
    assert page.locator("#list thead th").count() == 12
    hidden = frame.evaluate("frame => frame.scrollWidth - frame.clientWidth")
    assert (hidden > 0) == (width < 1200)
    frame.evaluate("frame => frame.scrollTo(frame.scrollWidth, 0)")
    edge = last.evaluate("cell => cell.getBoundingClientRect().right")
    assert edge <= width


def test_it_is_whole_without_its_script(tmp_path: Path, open_page: Open) -> None:
    """Every row is there, and nothing that would not work."""
    opened = open_page(status_page(tmp_path, [bundle(number) for number in range(220)]), script=False)
    assert len(opened.rows) == 220
    assert opened.page.locator("button:visible, input:visible, select:visible").count() == 0


def as_shown(word: str) -> str:
    """A word as a page shows it: what would turn the reading order is written out."""
    return word.replace("\u202e", "\\u202e").replace("\u2066", "\\u2066")


def test_hostile_words_stay_words(tmp_path: Path, open_page: Open) -> None:
    """Twenty of them as names: each is read as it was written, and none does anything."""
    words = hostile_words()
    assert len(words) == 20
    bundles = [bundle(number, name=name) for number, name in enumerate(words)]
    opened = open_page(status_page(tmp_path, bundles))
    assert opened.rows == [as_shown(word) for word in words]
    assert opened.page.locator("script").count() == 1
    assert opened.page.locator("style").count() == 1
    assert opened.page.locator("img, iframe, main svg script, [onload], [onerror], [onmouseover], [onfocus]").count() == 0
    assert [link for link in opened.page.locator("a").evaluate_all("all => all.map(one => one.protocol)") if link != "file:"] == []
    opened.page.get_by_label("Search").fill("<script>")
    assert len(opened.rows) > 3


@pytest.mark.parametrize(
    ("language", "title", "moment", "credits_"),
    [
        ("en", "Status", "1 March 2027, 12:00 CET", "1,234.5"),
        ("fr", "État", "1 mars 2027, 12:00 CET", "1\u202f234,5"),
        ("de", "Stand", "1. März 2027, 12:00 CET", "1.234,5"),
        ("es", "Estado", "1 de marzo de 2027, 12:00 CET", "1.234,5"),
        ("pt", "Situação", "1 de março de 2027, 12:00 CET", "1.234,5"),
    ],
)
def test_it_speaks_the_language_of_the_profile(tmp_path: Path, open_page: Open, language: str, title: str, moment: str, credits_: str) -> None:
    """Words, days, moments and numbers; the language is told to the browser."""
    opened = open_page(status_page(tmp_path, [bundle(1)], language=language, time_zone="Europe/Paris"))
    assert opened.page.title() == title
    assert opened.page.locator("html").get_attribute("lang") == language
    assert moment in opened.page.locator(".lead").inner_text()
    assert credits_ in opened.page.locator(".tiles").inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_of_a_run_is_accessible_and_keeps_hostile_captions(tmp_path: Path, open_page: Open, *, dark: bool) -> None:
    """With findings by cause above the rows, each list with its own search."""
    source = samples.checked(samples.launch(tmp_path / "launch.xlsx", captions=hostile_words()))
    videos = [row for row in source.rows if row.sheet == "Videos"]
    lines = [
        samples.line(videos[0], RowState.INVALID, problem="<b>No.</b>"),
        samples.line(videos[1], RowState.HELD),
        samples.line(videos[2], RowState.UNKNOWN),
    ]
    findings = [samples.finding(row, f"E{row.row}") for row in videos[:4]]
    write_run(samples.report(source, lines, findings), source, Words("de"), tmp_path / "run.html")
    opened = open_page(tmp_path / "run.html", dark=dark)
    shown = opened.page.locator("#list td.long").all_text_contents()
    assert {" ".join(as_shown(text).split()) for text in hostile_words()} <= {" ".join(text.split()) for text in shown}
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()
    opened.page.locator("#list-1").get_by_label("Suchen").fill("nirgends")
    assert opened.page.locator("#list-1 .shown").inner_text() == "Nichts gefunden."
    assert len(opened.rows) == len(source.rows)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_of_a_share_pack_is_accessible(tmp_path: Path, open_page: Open, *, dark: bool) -> None:
    """As a client opens it: from the pack, alone, with hostile captions and links among its rows."""
    fetched = [
        bundle(number, name=f"acme-{number}", status=status) for number, status in enumerate(("published", "pending_setup", "completed", "odd_word"))
    ]
    for one, words in zip(hostile_words(), [slot for found in fetched for slot in found.bundle.positions], strict=False):
        words.values.update({"description": one, "live_url": "https://example.com/video?a=1"})
    asked = PackScope(client="acme", moment=NOON, others=frozenset({"nova"}))
    write_pack(pack_of(fetched, asked, Words("fr", "Europe/Paris")), tmp_path / "pack")
    opened = open_page(tmp_path / "pack" / "status.html", dark=dark)
    assert len(opened.rows) == 8
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()
