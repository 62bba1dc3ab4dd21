"""Workbooks built part by part, spelled in every way that a spreadsheet program opens: each must read as the plain one does."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'

Parts = dict[str, bytes]

SHEET = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>4</v></c><c r="B2"><v>1</v></c><c r="C2" s="1"><v>46461</v></c><c r="D2" t="s"><v>5</v></c></row>'
    '<row r="4"><c r="A4" t="inlineStr"><is><t>zwei</t></is></c><c r="B4"><v>2.5</v></c><c r="D4" t="str"><f>A4&amp;"!"</f><v>a &lt; b</v></c></row>'
)
STRINGS = ("bundle", "position", "date", "description", "one", "line_x000D_\n&amp; more")
ROWS = [(2, "one", "1", "2027-03-15", "line\n& more"), (4, "zwei", "2.5", None, "a < b")]
"""What all of them hold below the header."""


def parts(sheet: str = SHEET, *, strings: tuple[str, ...] = STRINGS, formats: tuple[str, ...] = ("0", "14"), around: str = "") -> Parts:
    """The parts of a workbook of one sheet; `formats` are the numbers of the number formats of its styles, `around` follows its cells."""
    xfs = "".join(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0"/>' for number in formats)
    texts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>',
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="Videos" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(worksheet="worksheets/sheet1.xml", styles="styles.xml", sharedStrings="sharedStrings.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>{around}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in strings) + "</sst>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        f'<borders count="1"><border/></borders><cellXfs count="{len(formats)}">{xfs}</cellXfs></styleSheet>',
    }
    return {name: (HEAD + text).encode() for name, text in texts.items()}


def relations(**targets: str) -> str:
    """A list of relationships, one of each kind."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def packed(members: Mapping[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    """A package of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items() if isinstance(members, Mapping) else members:
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def with_changes(*changes: tuple[str, str, str]) -> Parts:
    """The parts with some text in some of them replaced: (part, old, new)."""
    made = parts()
    for name, old, new in changes:
        assert old.encode() in made[name], (name, old)
        made[name] = made[name].replace(old.encode(), new.encode())
    return made


def renamed(change: Callable[[str], str]) -> Parts:
    """The parts under other names, while everything that refers to them stays."""
    return {change(name): data for name, data in parts().items()}


def in_encoding(encoding: str, *names: str, declared: str = "UTF-16") -> Parts:
    """Some parts written in another encoding."""
    made = parts()
    for name in names or tuple(made):
        made[name] = made[name].decode().replace("UTF-8", declared, 1).encode(encoding)
    return made


def prefixed(data: bytes) -> bytes:
    """A part whose every element has a prefix."""
    text = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", data.decode())
    return text.replace("xmlns=", "xmlns:x=", 1).encode()


def with_prefixes() -> Parts:
    """Every part of the sheet in prefixed elements."""
    made = parts()
    return made | {name: prefixed(made[name]) for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml")}


def without_addresses() -> Parts:
    """Rows and cells that are counted."""
    sheet = re.sub(r' r="[A-Z]?\d"', "", SHEET).replace('<row><c t="inlineStr">', '<row r="4"><c t="inlineStr">')
    return parts(sheet.replace('<c t="str">', '<c/><c t="str">'))


def strict() -> Parts:
    """The strict dialect of the format."""
    made = {name: data.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main") for name, data in parts().items()}
    return {name: data.replace(RELATIONS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships") for name, data in made.items()}


def rich_texts() -> Parts:
    """Texts in runs, with a reading, in a section that is not parsed, and beside a comment."""
    runs = '<r><t>on</t></r><r><rPr><b/></rPr><t>e</t></r><rPh sb="0" eb="1"><t>wan</t></rPh><phoneticPr fontId="1"/>'
    return with_changes(
        ("xl/sharedStrings.xml", "<t>one</t>", runs),
        ("xl/sharedStrings.xml", "<si><t>bundle</t></si>", "<!-- <si><t>no</t></si> --><si><t><![CDATA[bundle]]></t></si>"),
        ("xl/worksheets/sheet1.xml", "<is><t>zwei</t></is>", '<is><r><t xml:space="preserve">zw</t></r><r><t>ei</t></r></is>'),
    )


READ_ALIKE: dict[str, Callable[[], Parts]] = {
    "plain": parts,
    "names with backslashes": lambda: renamed(lambda name: name.replace("/", "\\")),
    "names in capitals": lambda: renamed(str.upper),
    "targets in capitals": lambda: with_changes(("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "Worksheets/SHEET1.XML")),
    "targets with backslashes": lambda: with_changes(("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets\\sheet1.xml")),
    "targets from the root": lambda: with_changes(("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml")),
    "targets that go up": lambda: with_changes(("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../xl/./worksheets/sheet1.xml")),
    "targets with percent signs": lambda: with_changes(("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/%73heet1%2Exml")),
    "names with a slash in front": lambda: renamed(lambda name: "/" + name),
    "folders as entries": lambda: {"xl/": b"", "_rels/": b"", "xl/worksheets/": b""} | parts(),
    "all in UTF-16": lambda: in_encoding("utf-16"),
    "the cells in UTF-16, the other way round": lambda: in_encoding("utf-16-be", "xl/worksheets/sheet1.xml"),
    "UTF-8 that says it is UTF-16": lambda: in_encoding("utf-8", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"),
    "marks of byte order": lambda: {name: b"\xef\xbb\xbf" + data for name, data in parts().items()},
    "Latin-1": lambda: in_encoding("latin-1", "xl/sharedStrings.xml", declared="ISO-8859-1"),
    "a part in UTF-16 that nobody asks for": lambda: parts() | {"customXml/item1.xml": (HEAD.replace("8", "16") + "<a/>").encode("utf-16")},
    "a document type in a part that nobody asks for": lambda: parts() | {"customXml/item1.xml": b"<!DOCTYPE a><a/>"},
    "no relations of its own": lambda: {name: data for name, data in parts().items() if name != "_rels/.rels"},
    "no content types": lambda: {name: data for name, data in parts().items() if name != "[Content_Types].xml"},
    "prefixes": with_prefixes,
    "no addresses": without_addresses,
    "the strict dialect": strict,
    "rich texts": rich_texts,
    "single quotation marks": lambda: with_changes(("xl/worksheets/sheet1.xml", '<c r="B2">', "<c r='B2'>")),
    "breaks between everything": lambda: with_changes(("xl/worksheets/sheet1.xml", "><", ">\r\n\t<")),
    "shared formulas": lambda: with_changes(("xl/worksheets/sheet1.xml", '<f>A4&amp;"!"</f>', '<f t="shared" ref="D4:D5" si="0">A4&amp;"!"</f>')),
    "styles before types": lambda: with_changes(("xl/worksheets/sheet1.xml", '<c r="D2" t="s">', '<c r="D2" s="0" t="s" cm="1">')),
    "types before styles": lambda: with_changes(("xl/worksheets/sheet1.xml", '<c r="D2" t="s">', '<c r="D2" t="s" s="0">')),
    "numbers with a fraction of zero": lambda: with_changes(("xl/worksheets/sheet1.xml", '<v>1</v></c><c r="C2"', '<v>1.0</v></c><c r="C2"')),
    "dates that are written out": lambda: with_changes(("xl/worksheets/sheet1.xml", 's="1"><v>46461', 't="d"><v>2027-03-15T00:00:00')),
    "entities": lambda: with_changes(("xl/worksheets/sheet1.xml", "<t>zwei</t>", "<t>zw&#101;&#x69;</t>")),
}
"""Workbooks that hold the same and are spelled differently."""

NOT_GIVEN_BACK = {"no content types", "no relations of its own"}


def packages() -> dict[str, bytes]:
    """Every one of them, packed."""
    return {name: packed(make()) for name, make in READ_ALIKE.items()}


def damaged(chance: random.Random) -> bytes:
    """One of them with signs changed inside of its parts, where no checksum tells."""
    made = chance.choice(list(READ_ALIKE.values()))()
    name = chance.choice(list(made))
    data = bytearray(made[name])
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        data[at : at + chance.randint(0, 3)] = chance.choice(
            (b"", b"<", b">", b'"', b"/>", b"&", b"c", b" r=", b"</row>", b"<c ", b"9", b"\0", b"<!--", b"x:")
        )
    return packed(made | {name: bytes(data)})
