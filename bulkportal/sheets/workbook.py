"""Workbooks to grids: every worksheet of an .xlsx or .xlsm as text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from xml.parsers.expat import ExpatError

import polars as pl

from bulkportal.lossless.cell_styles import read_styles, struck_formats
from bulkportal.lossless.package import Package, SheetPart
from bulkportal.sheets.cell_notes import read_notes, read_text_boxes
from bulkportal.sheets.formats import built_in
from bulkportal.sheets.grid import MOST_CELLS, MOST_TEXT, Grid, doubtful, in_order, normalize, overlay, refuse_columns, refuse_wide, widened
from bulkportal.sheets.hyperlinks import addressed
from bulkportal.sheets.scan import scan
from bulkportal.sheets.table import CellProblem, CellSet, CellWarning
from bulkportal.sheets.values import TooMuchText, Values, shared_texts, struck_texts


def read_workbook(package: Package) -> list[Grid]:
    """Every worksheet of an .xlsx or .xlsm, hidden ones too, as text with its own addresses.

    Dates are `YYYY-MM-DD`, moments `YYYY-MM-DD HH:MM:SS`, booleans `true` and `false`, numbers in their
    shortest form. A marked cell holds what the file holds there.
    """
    sheets = package.sheets()
    looks = package.styles()
    styles = [replace(style, number_format=built_in(style.number_format)) for style in read_styles(looks)]
    striking = struck_formats(looks)
    try:
        shared = package.shared_strings()
        values = Values(shared_texts(shared), styles, from_1904=package.from_1904, struck=struck_texts(shared))
        return [_grid(package, sheet, values, striking) for sheet in sheets]
    except TooMuchText as error:
        raise package.too_large(f"its cells hold more than {MOST_TEXT >> 20} MB of text") from error
    except (ExpatError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        raise package.damaged() from error


def _grid(package: Package, sheet: SheetPart, values: Values, striking: Collection[str]) -> Grid:
    seen = scan(partial(package.blocks, sheet.part))
    if seen.overlong:
        raise package.too_large(f"the sheet {sheet.name} has cells beyond XFD1048576, or far too many of them")
    long, marks = values.read(seen.cells)
    struck, unshown = values.looks(seen.cells)
    if not seen.shows_zeros:
        unshown = pl.concat([unshown, long.filter(pl.col("text") == "0").select("_row", pl.col("letter").alias("column"))])
    struck = pl.concat([struck, pl.DataFrame(seen.struck, schema=struck.schema, orient="row")])
    unknown = [CellWarning(row=row, column=column, trouble=CellProblem.FORMULA_WITHOUT_VALUE, value=text) for row, column, text in seen.formulas]
    # Before it is laid out: two cells in opposite corners need all the cells between them.
    if long["letter"].n_unique() * long["_row"].n_unique() > MOST_CELLS:
        raise package.too_large(f"the sheet {sheet.name} spreads over too many cells")
    refuse_columns(long.filter(pl.col("text").str.strip_chars() != "")["letter"].n_unique(), package.label)
    raw = overlay(widened(long), [(mark.row, mark.column, mark.value) for mark in unknown])
    cells = normalize(raw)
    refuse_wide(cells, package.label)
    return Grid(
        sheet=sheet.name,
        cells=cells,
        raw=raw,
        marks=in_order([*marks, *unknown, *doubtful(cells, typed=True)]),
        formulas=CellSet.of(seen.reckoned),
        links={**addressed(seen.related, package.addresses(sheet.part) if seen.related else {}), **seen.links},
        leading=frozenset(seen.leading),
        merges=tuple(seen.merges),
        struck=CellSet.of(struck),
        unshown=CellSet.of(unshown),
        struck_by=tuple((area, formula) for look, area, formula in seen.conditions if look in striking),
        cell_notes=tuple(read_notes(package, sheet.part)),
        text_boxes=tuple(read_text_boxes(package, sheet.part)),
        hidden=tuple(seen.hidden),
        hidden_columns=tuple(seen.hidden_columns),
        visibility=sheet.visibility,
    )
