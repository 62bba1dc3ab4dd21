"""Lists in a cell: semicolons and line breaks part their entries; other signs do only where there is no other reading."""

from __future__ import annotations

import polars as pl

from bulkportal.columns.field import Field, Kind

_BREAKS = r"\s*[;\r\n\x0b\x0c\x{85}\x{2028}\x{2029}]+\s*"
_FILE = r"[^\n,|;]*[^\n,|;\s]\.(?i:jpe?g|png|webp|gif|heic|avif|mp4|mov|m4v|webm)"
_FILES = rf"^{_FILE}(?:\s*[,|]\s*{_FILE})+$"
_PEOPLE = r"^@?[\w.]+(?:(?:\s*[,|/+&]\s*|\s+)@?[\w.]+)+$"
_HASHTAGS = r"^#[^\s#]+(?:\s+#[^\s#]+)+$"
_JSON = r"^\[.*\]$"


def split_plainly(column: str | pl.Expr) -> pl.Expr:
    """The entries as semicolons and line breaks part them; null where there is none."""
    text = (pl.col(column) if isinstance(column, str) else column).str.strip_chars()
    joined = text.str.replace_all(_BREAKS, "\n").str.strip_chars("\n ")
    return pl.when(joined != "").then(joined.str.split("\n"))


def entries(field: Field, column: pl.Expr) -> pl.Expr:
    """The entries of a list as they are meant: also where commas or blanks part them and nothing else can be meant, without a leading @ or #."""
    text = column.str.strip_chars()
    is_single = ~text.str.contains(_BREAKS)
    apart = pl.when(is_single).then(_parted(field, text)).otherwise(text)
    found = split_plainly(apart)
    if field.kind is Kind.MEDIA_LIST:
        return found
    return found.list.eval(pl.element().str.strip_chars_start("@#" if field.is_people else "#").str.strip_chars()).list.filter(pl.element() != "")


def separator_of(field: Field, column: str) -> pl.Expr:
    """The sign that seems to part the entries of a cell that was read as one entry; null where there is none."""
    text = pl.col(column).str.strip_chars()
    sign = pl.when(text.str.contains(_JSON)).then(pl.lit("[ ]"))
    if field.kind is Kind.MEDIA_LIST:
        several = text.str.count_matches(r"[a-zA-Z][a-zA-Z0-9+.-]*://") > 1
        return sign.when(text.str.contains("|", literal=True) | several).then(pl.when(several).then(pl.lit(",")).otherwise(pl.lit("|")))
    if field.is_people:
        return sign.otherwise(text.str.extract(r"\S(\s*[,|/+&]\s*|\s+)\S").str.strip_chars().replace("", "a blank"))
    return sign.when(text.str.contains("|", literal=True)).then(pl.lit("|")).when(text.str.contains(r"\S\s+/\s+\S")).then(pl.lit("/"))


def _parted(field: Field, text: pl.Expr) -> pl.Expr:
    """A cell without semicolons and line breaks, with a line break wherever it surely parts two entries."""
    if field.kind is Kind.MEDIA_LIST:
        links = text.str.replace_all(r"[\s,|]+([a-zA-Z][a-zA-Z0-9+.-]*://)", "\n$1")
        return pl.when(text.str.contains("://", literal=True)).then(links).when(text.str.contains(_FILES)).then(
            text.str.replace_all(r"\s*[,|]\s*", "\n")
        ).otherwise(text)  # fmt: skip
    if field.is_people:
        return pl.when(text.str.contains(_PEOPLE)).then(text.str.replace_all(r"\s*[,|/+&]\s*|\s+", "\n")).otherwise(text)
    hashtags = pl.when(text.str.contains(_HASHTAGS)).then(text.str.replace_all(r"\s+", "\n"))
    # Commas part tags, as they do on YouTube itself: no tag can hold one.
    return pl.when(text.str.contains(_JSON)).then(text).otherwise(hashtags.otherwise(text.str.replace_all(r"\s*,\s*", "\n")))
