"""Tabs and columns that nobody sees: what is not shown is not bought without a word."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from tests.conftest import Desk, bundle, video


def book(path: Path, sheets: dict[str, tuple[str, list[dict[str, object]]]]) -> Path:
    """A workbook of rows: by the sheet's name whether its tab is shown, and the rows."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, (state, rows) in sheets.items():
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        for row in (list(rows[0]), *(list(row.values()) for row in rows)):
            sheet.append(row)
    made.save(path)
    return path


def launch(folder: Path, *, state: str = "hidden") -> Path:
    """A launch, and the one of last month on tabs that are not shown."""
    old = [bundle("last-month", videos_quantity=1, publish="yes")]
    return book(
        folder / "launch.xlsx",
        {
            "Bundles": ("visible", [bundle("now", videos_quantity=1)]),
            "Videos": ("visible", [video("now", 1)]),
            "Bundles (2)": (state, old),
            "Archive": (state, [video("last-month", 1), video("last-month", 2)]),
        },
    )


@pytest.mark.parametrize(("state", "words"), [("hidden", "is hidden"), ("veryHidden", "is very hidden")])
def test_a_hidden_tab_is_not_read_and_each_is_told_with_what_it_holds(desk: Desk, state: str, words: str) -> None:
    """One finding a tab, a warning; nothing of it is bought."""
    file = launch(desk.folder, state=state)
    ended = desk.run("check", file)
    told = [(f["sheet"], f["severity"], f["message"]) for f in ended.document["findings"] if f["code"] == "sheet_hidden"]
    assert [sheet for sheet, _, _ in told] == ["Bundles (2)", "Archive"]
    assert all(words in message and severity == "warning" for _, severity, message in told)
    assert "1 row of Bundles" in told[0][2] and "2 rows of Videos" in told[1][2]
    assert (ended.code, ended.rows) == (0, {"total": 2, "waiting": 2})
    assert desk.import_(file).code == 0
    assert list(desk.bundles) == ["now"]


def test_an_option_or_the_profile_has_hidden_tabs_read(desk: Desk) -> None:
    """The option goes before the profile."""
    file = launch(desk.folder)
    assert desk.run("check", file, "--read-hidden").document["rows"]["total"] == 5
    config = desk.folder / "bulkportal.toml"
    config.write_text('[profiles.main]\nkey_env = "TOKPORTAL_API_KEY"\nread_hidden = true\n', encoding="utf-8")
    where = {"BULKPORTAL_CONFIG": str(config)}
    assert desk.run("check", file, **where).document["rows"]["total"] == 5
    skipped = desk.run("check", file, "--skip-hidden", **where)
    assert skipped.document["rows"]["total"] == 2 and "sheet_hidden" in skipped.codes


def test_the_same_holds_for_standard_input(desk: Desk) -> None:
    """Whatever way the sheet comes."""
    ended = desk.command("check", "-", "--json", given=None)
    assert ended.code == 6  # nothing came
    from bulkportal.check.checker import understand
    from bulkportal.columns.matcher import count_known
    from bulkportal.sheets.reader import read_stream

    typed = understand(read_stream(launch(desk.folder).read_bytes(), label="standard input", recognise=count_known))
    assert [finding.code for finding in typed.findings] == ["sheet_hidden"] * 2


def test_a_launch_on_hidden_tabs_alone_is_not_read(desk: Desk) -> None:
    """Exit 6 with the tabs; also where only the videos of the bundles that are seen are hidden, unless that is meant."""
    both = {"Bundles": ("hidden", [bundle("a", videos_quantity=1)]), "Videos": ("hidden", [video("a", 1)]), "Notes": ("visible", [{"what": "x"}])}
    ended = desk.run("import", book(desk.folder / "all.xlsx", both), "--yes")
    assert (ended.code, ended.codes, desk.writes) == (6, ["tabs_hidden"], 0)
    assert "Bundles (1 row), Videos (1 row)" in ended.document["findings"][0]["message"]
    half = book(desk.folder / "half.xlsx", {"Bundles": ("visible", [bundle("a", publish=None)]), "Videos": ("veryHidden", [video("a", 1)])})
    assert desk.run("check", half).codes == ["tabs_hidden"]
    assert desk.run("check", half, "--skip-hidden").codes == ["sheet_hidden"]
    old = book(desk.folder / "old.xlsx", {"Bundles": ("visible", [bundle("a", publish=None)]), "Videos": ("hidden", [video("b", 1)])})
    assert desk.run("check", old).codes == ["sheet_hidden"]


def test_a_very_hidden_tab_stays_very_hidden_in_the_report(desk: Desk) -> None:
    """The workbook is given back as it was."""
    file = launch(desk.folder, state="veryHidden")
    report = desk.folder / "report.xlsx"
    assert desk.run("check", file, "--report", report).code == 0
    found = openpyxl.load_workbook(report)
    assert {name: found[name].sheet_state for name in ("Bundles", "Bundles (2)", "Archive")} == {
        "Bundles": "visible",
        "Bundles (2)": "veryHidden",
        "Archive": "veryHidden",
    }
    assert [row[0].value for row in found["Archive"].iter_rows()] == ["bundle", "last-month", "last-month"]


def test_what_bulkportal_hides_itself_is_not_told(desk: Desk) -> None:
    """The lists of a template, and the base copy and folded columns of an export."""
    made = desk.folder / "made.xlsx"
    assert desk.run("template", str(made)).code == 0
    assert not {"sheet_hidden", "column_hidden"} & set(desk.run("check", made).codes)
    assert desk.import_(launch(desk.folder)).code == 0
    exported = desk.folder / "export.xlsx"
    assert desk.run("export", "-o", str(exported)).code == 0
    assert desk.run("check", exported).codes == []


@pytest.mark.parametrize("how", ["hidden", "narrow", "grouped"])
def test_a_hidden_column_is_read_and_told_with_its_field_and_its_letter(desk: Desk, how: str) -> None:
    """Hidden, without a width, or folded away in a group."""
    file = launch(desk.folder)
    made = openpyxl.load_workbook(file)
    for name in ("Bundles (2)", "Archive"):
        del made[name]
    columns = made["Bundles"].column_dimensions
    if how == "hidden":
        columns["K"].hidden = True
    elif how == "narrow":
        columns["K"].width = 13.5
    else:
        columns.group("J", "K", hidden=True)
    made.save(file)
    if how == "narrow":
        rewrite(file, b'width="13.5"', b'width="0"')
    told = [f for f in desk.run("check", file).document["findings"] if f["code"] == "column_hidden"]
    wanted = ["J1", "K1"] if how == "grouped" else ["K1"]
    assert [f["cell"] for f in told] == wanted
    assert "K (publish)" in told[-1]["message"]
    assert told[-1]["column"] == "publish"


def rewrite(file: Path, before: bytes, after: bytes) -> None:
    """Change the XML of the sheets."""
    source = zipfile.ZipFile(io.BytesIO(file.read_bytes()))
    with zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(before, after) if "worksheets/" in name else source.read(name))


def test_a_hidden_column_without_values_needs_no_word(desk: Desk) -> None:
    """Nothing is asked for in it."""
    file = book(desk.folder / "launch.xlsx", {"Bundles": ("visible", [bundle("a", publish=None)])})
    made = openpyxl.load_workbook(file)
    made["Bundles"].column_dimensions["K"].hidden = True
    made.save(file)
    assert "column_hidden" not in desk.run("check", file).codes


def test_old_workbooks_and_opendocuments_say_what_is_hidden_too(desk: Desk, tmp_path: Path) -> None:
    """Tabs and columns of .xls and .ods."""
    old = xlwt.Workbook()
    for name, visibility, rows in (("Bundles", 0, [bundle("a", videos_quantity=1)]), ("Old", 2, [bundle("b")])):
        sheet = old.add_sheet(name)
        sheet.visibility = visibility
        for number, row in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
        sheet.col(10).hidden = True
    file = desk.folder / "launch.xls"
    old.save(str(file))
    found = {f["code"]: f for f in desk.run("check", file).document["findings"]}
    assert "very hidden" in found["sheet_hidden"]["message"] and found["column_hidden"]["cell"] == "K1"
    ods = opendocument(tmp_path / "launch.ods")
    found = {f["code"]: f for f in desk.run("check", ods).document["findings"]}
    assert found["sheet_hidden"]["sheet"] == "Old" and found["column_hidden"]["cell"] == "C1"


def opendocument(path: Path) -> Path:
    """A document with one hidden table and one hidden column, as LibreOffice writes them."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"

    def cells(*texts: object) -> str:
        return "".join(f'<t:table-cell o:value-type="string"><x:p>{text}</x:p></t:table-cell>' for text in texts)

    def table(name: str, style: str) -> str:
        columns = '<t:table-column t:number-columns-repeated="2"/><t:table-column t:visibility="collapse"/><t:table-column/>'
        header, row = cells("bundle", "bundle_type", "publish", "platform"), cells(name, "account_only", "no", "tiktok")
        return (
            f'<t:table t:name="{name}" t:style-name="{style}">{columns}<t:table-row>{header}</t:table-row><t:table-row>{row}</t:table-row></t:table>'
        )

    shown = '<s:style s:name="on" s:family="table"><s:table-properties t:display="true"/></s:style>'
    gone = '<s:style s:name="off" s:family="table"><s:table-properties t:display="false"/></s:style>'
    content = (
        f'<o:document-content xmlns:o="{office}office:1.0" xmlns:t="{office}table:1.0" xmlns:x="{office}text:1.0" xmlns:s="{office}style:1.0">'
        f"<o:automatic-styles>{shown}{gone}</o:automatic-styles><o:body><o:spreadsheet>{table('Bundles', 'on')}{table('Old', 'off')}"
        "</o:spreadsheet></o:body></o:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_row_or_column_too_thin_to_be_read_is_told_as_hidden(desk: Desk, kind: str) -> None:
    """Somebody pushed it together with the mouse; one that can be read, however small, is not."""
    bundles, videos = [bundle("now", videos_quantity=2)], [video("now", 1), video("now", 2)]
    file = desk.folder / f"launch.{kind}"
    if kind == "xlsx":
        book(file, {"Bundles": ("visible", bundles), "Videos": ("visible", videos)})
        made = openpyxl.load_workbook(file)
        made["Videos"].row_dimensions[3].height = 1.5
        made["Videos"].row_dimensions[2].height = 8
        made["Videos"].column_dimensions["F"].width = 0.4
        made.save(file)
    else:
        old = xlwt.Workbook()
        for name, rows in (("Bundles", bundles), ("Videos", videos)):
            sheet = old.add_sheet(name)
            for number, row in enumerate(({name: name for name in rows[0]}, *rows)):
                for place, value in enumerate(row.values()):
                    sheet.write(number, place, value)
        sheet.row(2).height_mismatch, sheet.row(2).height, sheet.col(5).width = True, 30, 100
        old.save(str(file))
    told = [(finding["code"], finding["cell"]) for finding in desk.run("check", file).document["findings"]]
    assert sorted(told) == [("column_hidden", "F1"), ("rows_hidden", "A3")]


@pytest.mark.parametrize("how", [b'zeroHeight="1" defaultRowHeight="15"', b'defaultRowHeight="0.75"'])
def test_rows_without_a_height_of_their_own_are_hidden_where_the_sheet_says_so(desk: Desk, how: bytes) -> None:
    """A sheet may hide all rows but those that are given a height."""
    file = book(desk.folder / "launch.xlsx", {"Bundles": ("visible", [bundle("a", publish=None), bundle("b", publish=None)])})
    made = openpyxl.load_workbook(file)
    for number in (1, 2):
        made["Bundles"].row_dimensions[number].height = 15
    made.save(file)
    assert "rows_hidden" not in desk.run("check", file).codes
    rewrite(file, b'baseColWidth="8" defaultRowHeight="15"', how)
    told = [f for f in desk.run("check", file).document["findings"] if f["code"] == "rows_hidden"]
    assert [f["row"] for f in told] == [3]


@pytest.mark.parametrize(("height", "hidden"), [("0.02in", 1), ("0cm", 1), ("0.45cm", 0), ("", 0)])
def test_a_row_of_an_opendocument_that_is_as_thin_as_a_line_is_hidden(desk: Desk, tmp_path: Path, height: str, hidden: int) -> None:
    """Less than three points, in any unit."""
    file = opendocument(tmp_path / "launch.ods")
    style = f'<s:style s:name="line" s:family="table-row"><s:table-row-properties s:row-height="{height}"/></s:style></o:automatic-styles>'
    source = zipfile.ZipFile(io.BytesIO(file.read_bytes()))
    with zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            start = text.rfind("<t:table-row>", 0, text.find('t:name="Old"'))
            text = text[:start] + text[start:].replace("<t:table-row>", '<t:table-row t:style-name="line">', 1) if start > 0 else text
            target.writestr(name, text.replace("</o:automatic-styles>", style))
    assert desk.run("check", file).codes.count("rows_hidden") == hidden
