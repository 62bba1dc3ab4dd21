"""Columns in which a team says how far a row is: not taken for ours, and a row that is not to be sent is held."""

from __future__ import annotations

import openpyxl
import pytest

from bulkportal.columns.progress_words import is_order_to_wait, is_standing, says_not_yet
from tests.conftest import SAMPLES, Desk, OpenDesk, bundle, video
from tests.report.samples import workbook

NOT_YET = (
    *("Draft", "DRAFT v2", "on hold", "On-Hold", "HOLD until Friday", "Cancelled", "canceled by the client", "not approved", "Not approved yet"),
    *("paused", "do not publish!", "Don\u2019t post", "skip", "Pending", "waiting for client", "needs review", "WIP", "rejected", "tbc", "No"),
    *("noch offen", "Feedback offen", "Revisions", "NOK", "??", "\u274c Anna", "\U0001f6ab", "abgebrochen", "entf\u00e4llt", "keine Freigabe"),
    *("en validation", "sans validation", "esperando aprobaci\u00f3n", "falta aprobar", "aguardando aprova\u00e7\u00e3o", "reprovado"),
    *("Entwurf", "nicht freigegeben", "pausiert", "abgelehnt", "storniert", "brouillon", "Annul\u00e9", "en attente", "non valid\u00e9"),
    *(
        "ne pas publier",
        "borrador",
        "en espera",
        "cancelado",
        "no aprobado",
        "bozza",
        "in sospeso",
        "ANNULLATO",
        "non approvato",
        "rascunho",
        "em espera",
    ),
    *("Auf Halt", "pas encore validé", "niet posten", "wacht op klant", "nog niet", "nie publikować", "wstrzymane", "czeka na akceptację", "nie"),
    *("не публиковать", "Отменён", "на согласовании", "нет", "不要发布", "暂停发布了", "客户待审核", "否", "投稿しないで", "まだ未承認です", "ｷｬﾝｾﾙ"),
)
GO = (
    "approved",
    "approved, no changes needed",
    "nothing open",
    "Keine Korrekturen offen",
    "Approved by Ana",
    "ready",
    "OK",
    "done",
    "freigegeben",
    "valid\u00e9",
    "aprobado",
    "approvato",
    "yes",
    "scheduled",
    "live",
    "\u2713",
    "goedgekeurd",
    "zatwierdzone",
    "одобрено",
    "已批准",
    "承認済み",
)


@pytest.mark.parametrize("text", NOT_YET)
def test_what_says_not_yet_is_known_in_the_languages_of_the_headers(text: str) -> None:
    """Any case, accents and punctuation, alone or with more words."""
    assert says_not_yet(text)


@pytest.mark.parametrize("text", GO)
def test_what_says_go_holds_nothing(text: str) -> None:
    """Nor do words that merely begin like one that does."""
    assert not says_not_yet(text)


@pytest.mark.parametrize(
    "note",
    [
        *("À ne pas publier", "noch nicht freigegeben", "Pas encore validé par le client", "pas encore valider", "Auf Halt", "awaiting approval"),
        *("wait for client approval", "waiting for approval", "do not post before Monday", "Do not post until legal is ok", "Do not post? Yes"),
        *("On hold?", "Do not post. Too late? No, ok", "niet posten", "Nog niet publiceren!", "wacht op goedkeuring", "Niet publiceren voor maandag"),
        *("nie publikować", "Nie publikować do poniedziałku", "не публиковать", "Пожалуйста, не публикуйте", "не публиковать до понедельника"),
        *(
            "不要发布",
            "请勿发布！",
            "客户说，暂停发布。",
            "周一前不要发布",
            "不要發佈",
            "投稿しない",
            "公開しないでください。",
            "この動画は公開しないで",
        ),
    ],
)
def test_an_order_to_wait_is_known_in_the_languages_of_the_words(note: str) -> None:
    """As teams write it on a cell, with a reason, a day, or for whose wish it is."""
    assert is_order_to_wait(note)


@pytest.mark.parametrize(
    "note",
    [
        *("on hold? no, go!", "On hold? No, approved", "Do not post before 9am is fine", "Do not publish before 18 h is ok", "wait for the drop"),
        *("Ne pas publier le rush", "niet te donker filmen", "Nie publikować surowego pliku", "Не публиковать сырой файл"),
        *("不要发布原始文件", "投稿しない素材は別フォルダ"),
    ],
)
def test_what_only_sounds_like_an_order_to_wait_is_none(note: str) -> None:
    """A question that answers itself, what is said of a time of day, and what is to be left out of a video."""
    assert not is_order_to_wait(note)


def test_headers_of_such_columns() -> None:
    """By themselves, and with other words beside them; a stage name or a note is none."""
    assert all(map(is_standing, ("Status", "Client status", "Approval", "Approved?", "Freigabe Kunde", "Estado", "Stato", "\u00c9tat", "State")))
    assert not any(map(is_standing, ("Stage name", "Notes", "Comment", "Go-to shop", "Description", "Stand-in", "Real estate")))


@pytest.mark.parametrize("header", ["status", "Status", "Approval", "Freigabe", "Statut client", "result"])
def test_a_row_that_its_team_calls_a_draft_is_held(desk: Desk, header: str) -> None:
    """The bundle is not bought, and its videos wait; the hint names the way to say that the column means nothing."""
    sheets = desk.sheets("launch", bundles=[bundle("a", **{header: "Draft - wait for legal"})], videos=[video("a", 1), video("a", 2)])
    ended = desk.import_(sheets)
    (held,) = [f for f in ended.document["findings"] if f["code"] == "row_on_hold"]
    assert (held["cell"], held["value"], held["severity"]) == ("L2", "Draft - wait for legal", "error")
    assert f'"{header}" = "ignore"' in held["hint"] and "map" in held["hint"]
    assert (ended.code, ended.document["rows"]["held"], desk.writes) == (4, 3, 0)


def test_a_video_on_hold_is_left_out_and_the_bundle_is_not_published(desk: Desk) -> None:
    """The others are configured."""
    videos = [video("a", 1, status="Approved"), video("a", 2, status="cancelled")]
    ended = desk.import_(desk.sheets("launch", bundles=[bundle("a")], videos=videos))
    assert ended.code == 4 and ended.document["rows"]["held"] == 2
    assert desk.bundles["a"].status == "pending_setup"
    assert "column_not_ours" in ended.codes


def test_the_user_says_that_the_column_means_nothing(desk: Desk) -> None:
    """Once, in the profile, by hand or by map --save; then there is no finding at all."""
    sheets = desk.sheets("launch", videos=[video("a", 1, Status="Draft"), video("a", 2, Status="Approved")], bundles=[bundle("a")])
    config = desk.folder / "bulkportal.toml"
    config.write_text('[profiles.main]\nkey_env = "TOKPORTAL_API_KEY"\n', encoding="utf-8")
    where = {"BULKPORTAL_CONFIG": str(config)}
    assert "row_on_hold" in desk.run("check", sheets, **where).codes
    assert desk.said("map", str(sheets), "--set", "Status=ignore", "--save", **where).code == 0
    assert '"ignore"' in config.read_text(encoding="utf-8")
    ended = desk.run("check", sheets, **where)
    assert (ended.code, ended.codes) == (0, [])


def test_a_column_of_nothing_but_such_words_is_one_whatever_it_is_called(desk: Desk) -> None:
    """And one of notes is none, even where a note speaks of a draft."""
    rows = [video("a", 1, Kunde="freigegeben", notes="draft of the caption is here"), video("a", 2, Kunde="Entwurf", notes="on hold?")]
    found = desk.run("check", desk.sheets("launch", bundles=[bundle("a")], videos=rows)).document["findings"]
    assert [(f["column"], f["cell"]) for f in found if f["code"] == "row_on_hold"] == [("Kunde", "H3")]


def test_all_words_of_a_foreign_status_column_are_told(desk: Desk) -> None:
    """Four of our headers in the team's own order and words are the team's."""
    rows = [video("a", 1, **{"Status": "Shot", "Result": "nice", "Credits": "2 people", "Next step": "cut"}), video("a", 2)]
    found = desk.run("check", desk.sheets("launch", bundles=[bundle("a")], videos=rows)).document["findings"]
    assert [f["column"] for f in found if f["code"] == "column_not_ours"] == ["Status", "Result", "Credits", "Next step"]
    assert "'Shot'" in found[0]["message"]


def test_our_own_feedback_is_silent_until_somebody_writes_into_it(open_desk: OpenDesk) -> None:
    """A report read again, an export, failed rows: known by place and values. A word of the team among them is a word of the team."""
    desk = open_desk(data=SAMPLES / "half_there" / "remote.json")
    launch = desk.story("half_there")
    report, export = desk.folder / "r.xlsx", desk.folder / "e.xlsx"
    desk.run("import", launch, "--yes", "--report", report)
    assert desk.run("export", "-o", str(export)).code == 0
    for file in (report, export):
        assert not {"column_not_ours", "row_on_hold"} & set(desk.run("check", file).codes)
    book = openpyxl.load_workbook(report)
    sheet = book["Videos"]
    column = next(cell.column for cell in sheet[1] if cell.value == "status")
    sheet.cell(2, column, "HOLD")
    book.save(report)
    found = [f for f in desk.run("check", report).document["findings"] if f["code"] == "row_on_hold"]
    assert [(f["sheet"], f["row"]) for f in found] == [("Videos", 2)]


def test_the_report_leaves_the_teams_columns_alone(desk: Desk) -> None:
    """Its own stand beside them, also where the team has most of the six headers."""
    own = {"status": "Approved", "result": "nice", "problem": "light", "next_step": "cut", "credits": "Ana"}
    sheets = desk.sheets("launch", bundles=[bundle("a", videos_quantity=1)], videos=[video("a", 1, **own)])
    report = desk.folder / "r.xlsx"
    desk.run("check", sheets, "--report", report)
    rows = list(openpyxl.load_workbook(report)["videos"].iter_rows(values_only=True))
    assert rows[1][7:12] == tuple(own.values())
    assert rows[0][12:18] == ("status", "result", "problem", "next_step", "live_url", "credits")
    assert not [f for f in desk.run("check", report).document["findings"] if f["code"] == "row_on_hold"]


@pytest.mark.parametrize(
    "note",
    [
        "DO NOT POST",
        "Please don't publish yet",
        "Bitte nicht posten!",
        "Ne pas publier avant lundi",
        "No publicar",
        "cancelled by client",
        "niet posten",
        "не публиковать",
        "投稿しないで",
    ],
)
@pytest.mark.parametrize("header", ["Notes", "Comment"])
def test_a_note_that_says_nothing_but_that_a_row_is_not_to_be_sent_holds_it(desk: Desk, note: str, header: str) -> None:
    """In whatever column it stands, also where a comment is what the column of messages is called."""
    rows = [video("a", 1, **{header: note}), video("a", 2, **{header: "do not use the old logo, the sound is cancelled"})]
    found = desk.run("check", desk.sheets("launch", bundles=[bundle("a")], videos=rows)).document["findings"]
    assert [(f["cell"][1:], f["value"]) for f in found if f["code"] == "row_on_hold"] == [("2", note)]


@pytest.mark.parametrize(
    ("tab", "held"),
    [
        *((name, 1) for name in ("Videos (old)", "Archive", "DRAFT next month", "Videos - nicht freigegeben", "Borradores", "do not use")),
        *((name, 0) for name in ("Videos", "Old Spice", "NFL Draft", "Stop motion", "Videos 2", "Alte Liebe")),
    ],
)
def test_a_tab_that_is_called_a_draft_or_an_archive_is_held(desk: Desk, tab: str, held: int) -> None:
    """By the words that say so, and not by names that merely hold one; the rows of the other tabs are sent."""
    rows = [list(video("a", 1)), list(video("a", 1).values())]
    bundles = [list(bundle("a")), list(bundle("a", publish="no").values())]
    ended = desk.import_(workbook(desk.folder / "launch.xlsx", {"Bundles": bundles, tab: rows}))
    assert (ended.codes.count("sheet_on_hold"), ended.document["rows"]["held"], len(desk.bundles)) == (held, held, 1)


def test_a_line_above_the_table_that_says_draft_holds_it(desk: Desk) -> None:
    """With the cell and its words."""
    bundles = [["Spring launch - DRAFT, do not send"], list(bundle("a")), list(bundle("a").values())]
    ended = desk.import_(workbook(desk.folder / "launch.xlsx", {"Bundles": bundles}))
    (finding,) = [f for f in ended.document["findings"] if f["code"] == "sheet_on_hold"]
    assert (finding["cell"], ended.code, desk.writes) == ("A1", 4, 0)
