"""The cell formats of a workbook: new ones are appended to its own, each only once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bulkportal.lossless.xml_spans import ByteEdit, CannotKeep, Span, appended, declarations, fragment, outline, prefixed, splice, with_attribute

MOST = 64_000
"""The most cell formats that a spreadsheet program accepts in one workbook."""

# The numbers below are built in, and mean something even where the workbook does not list them.
FIRST_OWN_NUMBER_FORMAT = 164
_LIGHT = 0xC8

_TEXT = 49
"""The built-in number format `@`."""

_LISTS = ("numFmts", "fonts", "fills", "borders", "cellXfs")
_BEHIND = {"numFmts": (), "fonts": ("numFmts",), "fills": ("numFmts", "fonts"), "borders": ("numFmts", "fonts", "fills")}
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


@dataclass(frozen=True, slots=True)
class Format:
    """What a cell format consists of, as XML without prefixes."""

    font: bytes
    fill: bytes
    border: bytes
    number: str
    inside: bytes


class Formats:
    """A stylesheet. Formats are added in memory; `data` gives the bytes with them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = outline(data)
        self._prefix = self._root.prefix
        self._declared = declarations(data, self._root)
        lists = {name: self._root.child(name) for name in _LISTS}
        if any(span is None or not span.children for name, span in lists.items() if name != "numFmts"):
            raise CannotKeep("its cell formats are incomplete")
        self._lists: Mapping[str, Span | None] = lists
        self._items = {name: [self._bytes(child) for child in span.children] if span else [] for name, span in lists.items()}
        self._had = {name: len(items) for name, items in self._items.items()}
        self._known: dict[str, dict[bytes, int]] = {}
        for name, items in self._items.items():
            known = self._known[name] = {}
            for number, item in enumerate(items):
                known.setdefault(item, number)
        codes = lists["numFmts"]
        self._codes = {span.attributes["numFmtId"]: span.attributes.get("formatCode", "") for span in (codes.children if codes else ())}
        formats = lists["cellXfs"]
        used = (xf.attributes.get("numFmtId", "") for xf in (formats.children if formats else ()))
        # Some cells have a number format that their workbook does not hold: it must not become one of ours.
        self._highest_used = max((int(number) for number in used if number.isdecimal()), default=0)
        self._tinted: dict[tuple[int, str], int] = {}
        self._untinted: dict[int, int] = {}

    def data(self) -> bytes:
        """The stylesheet with every format that was added."""
        edits: list[ByteEdit] = []
        for name, span in self._lists.items():
            new = b"".join(self._items[name][self._had[name] :])
            if not new:
                continue
            if span is None:
                count = len(self._items[name])
                block = b'<%s%s count="%d">%s</%s%s>' % (self._prefix, name.encode(), count, new, self._prefix, name.encode())
                place = max((child.end for child in self._root.children if child.name in _BEHIND[name]), default=self._root.inner)
                edits.append((place, place, block))
                continue
            tag = with_attribute(self._data[span.start : span.inner], "count", len(self._items[name]))
            if span.is_empty:
                edits.append((span.start, span.end, tag.removesuffix(b"/>").rstrip() + b">" + new + b"</" + span.tag + b">"))
            else:
                edits += [(span.start, span.inner, tag), appended(self._data, span, new)]
        return splice(self._data, edits)

    def format(self, number: int) -> Format:
        """A cell format of this workbook, to be added to another one."""
        xf = self._items["cellXfs"][number]
        return self._taken_apart(self._parsed(xf), xf)

    def named(self) -> dict[str, Format]:
        """The named styles of this workbook."""
        bases, names = self._root.child("cellStyleXfs"), self._root.child("cellStyles")
        found: dict[str, Format] = {}
        for style in names.children if names and bases else ():
            base = bases.children[int(style.attributes["xfId"])] if bases else style
            found[style.attributes["name"]] = self._taken_apart(base, self._data)
        return found

    def looks_of(self, giver: Formats) -> dict[str, int]:
        """The named styles of a workbook, as formats of this one: the number of each."""
        return {name: self.add(look) for name, look in giver.named().items()}

    def add(self, wanted: Format) -> int:
        """The number of a format in this workbook."""
        parts = {
            "numFmtId": self._number_format(wanted.number),
            "fontId": self._add("fonts", wanted.font),
            "fillId": self._add("fills", wanted.fill),
            "borderId": self._add("borders", wanted.border),
        }
        written = "".join(f' {name}="{number}"' for name, number in parts.items())
        applied = ' xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"'
        return self._add("cellXfs", f"<xf{written}{applied}>".encode() + wanted.inside + b"</xf>")

    def tinted(self, number: int, color: str) -> int:
        """The format in another colour. A fill that was there is remembered in the new one."""
        key = (number, color)
        if key not in self._tinted:
            # Some cells name a format that the workbook does not have; programs show them in the first one.
            plain = number if 0 <= number < len(self._items["cellXfs"]) else 0
            fill = self._fill_of(plain)
            own = _own_color(fill)
            if own == b"" or self._is_light(plain):
                self._tinted[key] = number  # a pattern or a gradient stays, and so does the background of white letters
            else:
                shade = color if own is None else _marked(color)
                # No program shows the background colour of a solid fill: the user's own colour is kept there until `untinted` puts it back.
                behind = b'<bgColor indexed="64"/>' if own is None else own.replace(b"fgColor", b"bgColor")
                xml = b'<fill><patternFill patternType="solid"><fgColor rgb="FF%s"/>%s</patternFill></fill>' % (shade.encode(), behind)
                self._tinted[key] = self._with_fill(plain, xml)
        return self._tinted[key]

    def untinted(self, number: int, *colors: str) -> int:
        """The format as it was before `tinted`; the same one if it was not."""
        if number not in self._untinted:
            self._untinted[number] = self._without_tint(number, colors)
        return self._untinted[number]

    def as_text(self, number: int) -> int:
        """The format for a cell whose text must never become a number or a date."""
        xf = self._items["cellXfs"][number]
        tag = xf[: self._parsed(xf).inner]
        new = with_attribute(with_attribute(tag, "numFmtId", _TEXT), "applyNumberFormat", 1)
        return self._add_raw("cellXfs", new + xf[len(tag) :])

    def _without_tint(self, number: int, colors: Sequence[str]) -> int:
        if not 0 <= number < len(self._items["cellXfs"]):
            return 0
        fill = self._fill_of(number)
        ours = {shade for color in colors for shade in (color, _marked(color))}
        shade = _shade(fill)
        if shade not in ours:
            return number
        if shade in colors:
            return self._with_fill(number, b'<fill><patternFill patternType="none"/></fill>')
        behind = next(pattern for pattern in fill.children).child("bgColor")
        if behind is None:
            return self._with_fill(number, b'<fill><patternFill patternType="none"/></fill>')
        back = b"<fgColor" + b"".join(f' {name}="{value}"'.encode() for name, value in behind.attributes.items()) + b"/>"
        return self._with_fill(number, b'<fill><patternFill patternType="solid">' + back + b'<bgColor indexed="64"/></patternFill></fill>')

    def tints(self, *colors: str) -> list[int]:
        """The formats that `tinted` has made in these colours, now or before."""
        shades = {shade for color in colors for shade in (color, _marked(color))}
        fills = {str(number) for number, fill in enumerate(self._items["fills"]) if _shade(self._parsed(fill)) in shades}
        span = self._lists["cellXfs"]
        xfs = span.children if span and fills else []
        return [number for number, xf in enumerate(xfs) if xf.attributes.get("fillId") in fills]

    def _with_fill(self, number: int, fill: bytes) -> int:
        xf = self._items["cellXfs"][number]
        tag = xf[: self._parsed(xf).inner]
        new = with_attribute(with_attribute(tag, "fillId", self._add("fills", fill)), "applyFill", 1)
        return self._add_raw("cellXfs", new + xf[len(tag) :])

    def _fill_of(self, number: int) -> Span:
        stated = int(self._parsed(self._items["cellXfs"][number]).attributes.get("fillId", "0"))
        fills = self._items["fills"]
        return self._parsed(fills[stated] if stated < len(fills) else fills[0])

    def _is_light(self, number: int) -> bool:
        """Whether the letters are so light that they would vanish on a pale colour."""
        stated = int(self._parsed(self._items["cellXfs"][number]).attributes.get("fontId", "0"))
        fonts = self._items["fonts"]
        color = self._parsed(fonts[stated] if stated < len(fonts) else fonts[0]).child("color")
        if color is None:
            return False
        # Letters in the colour of paper are on a dark fill, which stays: on a pale tint they could not be read.
        if color.attributes.get("theme") == "0":  # the background colour of the theme
            return True
        found = _RGB.fullmatch(color.attributes.get("rgb", ""))
        return found is not None and min(bytes.fromhex(found.group(1))) >= _LIGHT

    def _parsed(self, xml: bytes) -> Span:
        return fragment(xml, self._declared)

    def _taken_apart(self, xf: Span, data: bytes) -> Format:
        def part(name: str, key: str) -> bytes:
            return self._items[name][int(xf.attributes.get(key, "0"))]

        number = xf.attributes.get("numFmtId", "0")
        inside = data[xf.inner : xf.close] if not xf.is_empty else b""
        return Format(part("fonts", "fontId"), part("fills", "fillId"), part("borders", "borderId"), self._codes.get(number, number), inside)

    def _number_format(self, wanted: str) -> int:
        """The number of a number format: a built-in one is given by its number, another by its code."""
        if wanted.isdigit():
            return int(wanted)
        known = {code: int(number) for number, code in self._codes.items()}
        if wanted in known:
            return known[wanted]
        number = max([FIRST_OWN_NUMBER_FORMAT - 1, self._highest_used, *known.values()]) + 1
        self._codes[str(number)] = wanted
        code = wanted.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        self._add("numFmts", f'<numFmt numFmtId="{number}" formatCode="{code}"/>'.encode())
        return number

    def _add(self, name: str, xml: bytes) -> int:
        return self._add_raw(name, prefixed(xml, self._prefix))

    def _add_raw(self, name: str, xml: bytes) -> int:
        known = self._known[name]
        if xml not in known:
            # Beyond that, Excel wants to repair the workbook when it opens it.
            if name == "cellXfs" and len(self._items[name]) >= MOST:
                raise CannotKeep("it has too many cell formats")
            known[xml] = len(self._items[name])
            self._items[name].append(xml)
        return known[xml]

    def _bytes(self, span: Span) -> bytes:
        return self._data[span.start : span.end]


def _shade(fill: Span) -> str:
    """The colour of a solid fill, as six digits; empty if it is no such thing."""
    pattern = fill.child("patternFill")
    front = pattern.child("fgColor") if pattern and pattern.attributes.get("patternType") == "solid" else None
    found = _RGB.fullmatch(front.attributes.get("rgb", "")) if front else None
    return found.group(1).upper() if found else ""


def _own_color(fill: Span) -> bytes | None:
    """The colour element of a solid fill; None where there is no fill, and empty for a pattern or a gradient."""
    pattern = fill.child("patternFill")
    kind = pattern.attributes.get("patternType", "none") if pattern else ""
    if kind == "none":
        return None
    front = pattern.child("fgColor") if pattern and kind == "solid" else None
    if front is None:
        return b""
    return b"<fgColor" + b"".join(f' {name}="{value}"'.encode() for name, value in front.attributes.items()) + b"/>"


def _marked(color: str) -> str:
    """A shade that looks the same as the colour, and marks that the cell had a fill of its own."""
    return f"{int(color, 16) ^ 1:06X}"
