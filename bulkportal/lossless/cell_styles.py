"""The look of cells, as far as it changes what a person reads: number formats, text struck out, or text that cannot be seen."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

_BLACK, _WHITE = "000000", "FFFFFF"
# Cells count the theme's light colour first, although its own part lists the dark one first.
_THEME = {"0": _WHITE, "1": _BLACK}
_INDEXED = {"0": _BLACK, "1": _WHITE, "8": _BLACK, "9": _WHITE, "64": _BLACK, "65": _WHITE}
_LEAST = 3.0
"""Points: smaller letters are mere dots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStyle:
    """How cells look: the code of their number format (``#`` and a number where it is a built-in one), struck out, letters that cannot be seen."""

    number_format: str
    is_struck: bool
    is_unseen: bool


def read_styles(styles: ET.Element | None) -> tuple[CellStyle, ...]:
    """The styles that cells name by their numbers; none where the part cannot be read."""
    if styles is None:
        return ()
    codes = {element.get("numFmtId", ""): element.get("formatCode", "") for element in styles.iterfind("{*}numFmts/{*}numFmt")}
    fonts = list(styles.iterfind("{*}fonts/{*}font"))
    struck = {str(number) for number, font in enumerate(fonts) if is_on(font.find("{*}strike"))}
    tiny = {str(number) for number, font in enumerate(fonts) if _size(font) < _LEAST}
    letters = {str(number): _colour(font.find("{*}color"), automatic=_BLACK) for number, font in enumerate(fonts)}
    grounds = {str(number): _ground(fill) for number, fill in enumerate(styles.iterfind("{*}fills/{*}fill"))}
    return tuple(
        CellStyle(
            number_format=codes.get(xf.get("numFmtId", "0"), f"#{xf.get('numFmtId', '0')}"),
            is_struck=font in struck,
            # "letters" is no colour: two colours of which neither is known must not count as the same.
            is_unseen=font in tiny or (letters.get(font) or "letters") == grounds.get(xf.get("fillId", "0"), _WHITE),
        )
        for xf in styles.iterfind("{*}cellXfs/{*}xf")
        for font in (xf.get("fontId", "0"),)
    )


def struck_formats(styles: ET.Element | None) -> frozenset[str]:
    """The ids of those formats of conditional formatting that strike cells out."""
    formats = styles.iterfind("{*}dxfs/{*}dxf") if styles is not None else ()
    return frozenset(str(number) for number, one in enumerate(formats) if is_on(one.find("{*}font/{*}strike")))


def is_on(element: ET.Element | None) -> bool:
    """Whether a switch such as ``<strike/>`` is there and not turned off."""
    return element is not None and next((value for key, value in element.items() if key.endswith("val")), "1") not in ("0", "false", "off")


def _size(font: ET.Element) -> float:
    """The font size in points; the usual one where none is stated."""
    size = font.find("{*}sz")
    try:
        return float(size.get("val", "11")) if size is not None else 11.0
    except ValueError:
        return 11.0


def _colour(colour: ET.Element | None, *, automatic: str) -> str:
    """A colour in a form that can be compared; empty where only a person could tell."""
    if colour is None or colour.get("auto") in ("1", "true"):
        return automatic
    tint = colour.get("tint", "0")
    if tint.strip("0.-"):
        return "".join(colour.get(name, "-") for name in ("rgb", "theme", "indexed", "tint"))
    if colour.get("rgb"):
        return colour.get("rgb", "")[-6:].upper()
    theme, indexed = colour.get("theme", ""), colour.get("indexed", "")
    return _THEME.get(theme, f"theme {theme}") if theme else _INDEXED.get(indexed, f"indexed {indexed}" if indexed else "")


def _ground(fill: ET.Element) -> str:
    """The colour behind the letters; empty for a pattern of two colours."""
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return ""
    match pattern.get("patternType", "none"):
        case "none":
            return _WHITE
        case "solid":
            return _colour(pattern.find("{*}fgColor"), automatic="")
        case _:
            return ""
