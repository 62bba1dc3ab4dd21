"""Cells as a workbook holds them to cells as they are read: texts that are shared, numbers, days, yes and no, errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.parsers import expat

import polars as pl

from bulkportal.lossless.cell_styles import CellStyle
from bulkportal.sheets.formats import GENERAL, iso_text, read_number
from bulkportal.sheets.grid import MOST_TEXT
from bulkportal.sheets.scan import with_entities
from bulkportal.sheets.shown import hides_number, hides_text, may_hide_numbers
from bulkportal.sheets.table import ROW, CellProblem, CellWarning

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SIMPLE = r'^<t(?: xml:space="preserve")?>([^<]*)</t></si>\s*(?:</sst>\s*)?$'
_READ = {ROW: pl.Int64, "letter": pl.String, "text": pl.String}


class TooMuchText(Exception):
    """The cells together hold more text than a launch can."""


def shared_texts(data: bytes) -> pl.Series:
    """The texts that cells share, by their number. Raises ExpatError or ValueError for what is no sound XML."""
    if not data:
        return pl.Series("text", [], dtype=pl.String)
    parts = pl.Series("text", data.decode().split("<si>")[1:], dtype=pl.String)
    texts = parts.str.extract(_SIMPLE)
    # A comment, a CDATA section or a prefix before the names: only a parser cuts such a part at the right places.
    odd = b"<!" in data or data.count(b"<si>") != len(re.findall(rb"<(?:[\w.-]{1,40}:)?si(?=[\s/>])", data))
    if odd or texts.has_nulls() or not re.search(rb"</sst\s{0,9}>\s{0,999}$", data[-1024:]):
        texts = pl.Series("text", _Strings().read(data), dtype=pl.String)
    else:
        texts = with_entities(texts)
    return without_escapes(texts)


def struck_texts(data: bytes) -> frozenset[int]:
    """The numbers of the shared texts of which a part is struck out. Raises ExpatError for what is no sound XML."""
    return _Strings().struck(data) if b"strike" in data else frozenset()


def without_escapes(texts: pl.Series) -> pl.Series:
    """Texts in which a character is written as ``_x000D_``, with that character."""
    places = texts.str.contains("_x[0-9A-Fa-f]{4}_").fill_null(value=False).arg_true()
    if not len(places):
        return texts
    return texts.scatter(places, [_unescaped(text) for text in texts.gather(places)])


class Values:
    """Reads the cells of one workbook. `styles` are the looks of cells by their number, `struck` the shared texts of which a part is struck out."""

    def __init__(self, shared: pl.Series, styles: Sequence[CellStyle], *, from_1904: bool, struck: frozenset[int] = frozenset()) -> None:
        self._shared = shared
        self._struck_texts = struck
        self._struck = [number for number, style in enumerate(styles) if style.is_struck]
        self._white = [number for number, style in enumerate(styles) if style.is_unseen]
        self._hiding = [number for number, style in enumerate(styles) if hides_text(style.number_format)]
        self._may_hide = [number for number, style in enumerate(styles) if may_hide_numbers(style.number_format)]
        self._lengths = shared.str.len_bytes()
        self._formats = [style.number_format for style in styles]
        self._from_1904 = from_1904
        self._room = MOST_TEXT

    def read(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, list[CellWarning]]:
        """The cells of a sheet, as `scan` gives them, as `_row`, `letter` and `text`; and those among them that must not be believed.

        Raises ValueError for a text that is not there, and TooMuchText before anything is laid out.
        """
        marks: list[CellWarning] = []
        read = [pl.DataFrame(schema=_READ)]
        for (kind,), part in cells.partition_by("kind", as_dict=True).items():
            if kind == "n":
                numbers, doubted = self._numbers(part)
                read.append(numbers)
                marks += doubted
                continue
            texts = self._texts(str(kind), part["value"])
            read.append(part.select(ROW, pl.col("column").alias("letter"), texts.alias("text")))
            if kind == "e":
                why = CellProblem.ERROR_VALUE
                marks += [CellWarning(row=row, column=column, trouble=why, value=text) for row, column, text in read[-1].iter_rows()]
        return pl.concat(read), marks

    def looks(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Which cells of a sheet are struck out, and of which ones nobody sees the value, as `_row` and `column`."""
        style, is_number = pl.col("style"), pl.col("kind") == "n"
        struck = style.is_in(self._struck)
        if self._struck_texts:
            texts = pl.col("value").str.strip_chars().cast(pl.UInt32, strict=False)
            struck |= (pl.col("kind") == "s") & texts.is_in(sorted(self._struck_texts))
        unshown = style.is_in(self._white) | (style.is_in(self._hiding) & ~is_number)
        numbers = cells.filter(is_number & style.is_in(self._may_hide))
        numbers = numbers.with_columns(code=self._codes(numbers["style"]))
        different = numbers.select("value", "code").unique()
        hidden = different.filter([hides_number(code, value.strip()) for value, code in different.iter_rows()])
        unseen = pl.concat([cells.filter(unshown).select(ROW, "column"), numbers.join(hidden, on=["value", "code"]).select(ROW, "column")])
        return cells.filter(struck).select(ROW, "column"), unseen

    def _texts(self, kind: str, values: pl.Series) -> pl.Series:
        if kind == "s":
            return self._from_shared(values)
        self._take(values.str.len_bytes())
        match kind:
            case "b":
                return values.replace({"1": "true", "0": "false"}).str.to_lowercase()
            case "d":
                return _each(values, iso_text)
            case "e":
                return values
            case _:
                return without_escapes(values)

    def _from_shared(self, values: pl.Series) -> pl.Series:
        places = values.str.strip_chars().cast(pl.UInt32, strict=False)
        if places.has_nulls() or bool((places >= len(self._shared)).any()):
            raise ValueError("a cell refers to a text that is not there")
        self._take(self._lengths.gather(places))
        return self._shared.gather(places)

    def _take(self, lengths: pl.Series) -> None:
        """Count texts before they are laid out."""
        # One text of 1 MB shared by 12,000 cells is a small file, and 12 GB once each cell has its own.
        self._room -= int(lengths.cast(pl.Int64).sum())
        if self._room < 0:
            raise TooMuchText

    def _numbers(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, list[CellWarning]]:
        """Numbers under their formats; those that are alike are read once."""
        known = cells.with_columns(code=self._codes(cells["style"]))
        # Positions, quantities and days recur thousands of times, and reading one is the slow part.
        different = known.select("value", "code").unique()
        read = [read_number(value.strip(), code, from_1904=self._from_1904) for value, code in different.iter_rows()]
        texts = pl.Series("text", [text for text, _ in read], dtype=pl.String)
        meant = different.with_columns(texts, pl.Series("trouble", [trouble for _, trouble in read], dtype=pl.String))
        joined = known.join(meant, on=["value", "code"], how="left", maintain_order="left")
        doubted = joined.filter(pl.col("trouble").is_not_null()).select(ROW, "column", "trouble", "text")
        marks = [CellWarning(row=row, column=column, trouble=CellProblem(trouble), value=text) for row, column, trouble, text in doubted.iter_rows()]
        return joined.select(ROW, pl.col("column").alias("letter"), "text"), marks

    def _codes(self, styles: pl.Series) -> pl.Series:
        """The code of the number format of each cell."""
        used = {style: self._formats[style] for style in styles.drop_nulls().unique().to_list() if 0 <= style < len(self._formats)}
        return styles.replace_strict(used, default=GENERAL, return_dtype=pl.String).fill_null(GENERAL)


def _each(texts: pl.Series, read: Callable[[str], str]) -> pl.Series:
    """Each text read; texts that are alike once."""
    different = texts.unique()
    return texts.replace_strict(different, pl.Series([read(text) for text in different], dtype=pl.String), return_dtype=pl.String)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)


class _Strings:
    """Shared texts by an XML parser: runs of a rich text joined, and readings of Japanese left out."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._texts: list[str] = []
        self._text: list[str] = []
        self._wanted = False
        self._struck: set[int] = set()

    def struck(self, data: bytes) -> frozenset[int]:
        """The numbers of the texts of which a part is struck out."""
        self.read(data)
        return frozenset(self._struck)

    def read(self, data: bytes) -> list[str]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self._start, self._end, self._add
        parser.Parse(data, True)  # noqa: FBT003 - the parser takes no names
        return self._texts

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._wanted = name == "t" and self._path[-2:] in (["sst", "si"], ["si", "r"])
        self._path.append(name)
        if name == "si":
            self._text = []
        elif name == "strike" and given.get("val") not in ("0", "false") and self._path[-4:-1] == ["si", "r", "rPr"]:
            self._struck.add(len(self._texts))

    def _end(self, _: str) -> None:
        self._wanted = False
        if self._path.pop() == "si":
            self._texts.append("".join(self._text))

    def _add(self, text: str) -> None:
        if self._wanted:
            self._text.append(text)
