"""Headers to fields: exactly, then by alias; a near miss is only ever suggested (product.md 3)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import FAILED_COLUMNS, STATUS_COLUMNS, Catalogue
from bulkportal.columns.languages import BUNDLE_WORDS, POSITION_WORDS, SHEET_WORDS
from bulkportal.columns.positions import POSITIONS

_NEAR = 78
"""How alike (0 to 100) a header must be before it is suggested. Suggested, never applied: at this
height rapidfuzz still takes "IG content type" for a video type (measurements, section 10)."""


_NOT_READ = frozenset({"Mn", "Cf"})
"""Accents, and characters without a look of their own such as a byte order mark."""

_MARK_AS_TEXT = "\u00ef\u00bb\u00bf"
"""The mark at the start of a UTF-8 file, read as Windows text."""

NO_MAPPING: Mapping[str, str] = MappingProxyType({})
"""Nobody has said what a header of his own means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where each field stands.

    `found` maps a field to a column letter; `unknown` a letter to the field it may mean (empty where
    nothing is near); `twice` a field to all the letters that claim it.
    """

    found: Mapping[str, str]
    unknown: Mapping[str, str]
    twice: Mapping[str, tuple[str, ...]]


def match(headers: Mapping[str, str], catalogue: Catalogue, mapping: Mapping[str, str] = NO_MAPPING) -> Match:
    """Find the fields of `catalogue` among the headers of a sheet (letter → text).

    `mapping` holds the user's own headers, as `own_headers` gives them; they go before all others.
    """
    known = _names(catalogue)
    claims: dict[str, list[str]] = defaultdict(list)
    unknown: dict[str, str] = {}
    for letter, text in headers.items():
        key = _key(text, mapping)
        if key in known:
            claims[known[key]].append(letter)
        elif key not in _IGNORED:
            unknown[letter] = text
    return Match(
        found={name: letters[0] for name, letters in claims.items()},
        twice={name: tuple(letters) for name, letters in claims.items() if len(letters) > 1},
        unknown={letter: _nearest(text, catalogue, claims) for letter, text in unknown.items()},
    )


def own_headers(columns: Mapping[str, str]) -> Mapping[str, str]:
    """The user's own headers and the columns that they mean, made ready for comparing.

    Raises ValueError, with the names at fault, where a column is meant that there is not.
    """
    wrong = sorted({name for name in columns.values() if not any(name in catalogue.names for catalogue in (BUNDLES, POSITIONS))})
    if wrong:
        raise ValueError(", ".join(wrong))
    return {plain_header(text): plain_header(name) for text, name in columns.items()}


def count_known(texts: Sequence[str], mapping: Mapping[str, str] = NO_MAPPING) -> int:
    """How many of these texts are headers of the catalogue that knows the most of them."""
    return max(_count(texts, BUNDLES, mapping), _count(texts, POSITIONS, mapping))


def catalogue_of(sheet: str, headers: Sequence[str], mapping: Mapping[str, str] = NO_MAPPING) -> Catalogue | None:
    """The catalogue a sheet follows: by its name if a header agrees, otherwise by its headers.

    None means that the sheet is something else, such as notes: one known header among others (a
    column called "Title") is no evidence.
    """
    named = _SHEET_NAMES.get(plain_header(sheet))
    if named is not None and _count(headers, named, mapping):
        return named
    bundles, positions = _count(headers, BUNDLES, mapping), _count(headers, POSITIONS, mapping)
    if max(bundles, positions) < 2:
        return None
    has_position = any(_names(POSITIONS).get(_key(text, mapping)) == "position" for text in headers)
    return POSITIONS if positions > bundles or (positions == bundles and has_position) else BUNDLES


def _count(texts: Sequence[str], catalogue: Catalogue, mapping: Mapping[str, str]) -> int:
    known = _names(catalogue)
    return len({known[key] for text in texts if (key := _key(text, mapping)) in known})


def _key(text: str, mapping: Mapping[str, str]) -> str:
    plain = plain_header(text)
    return mapping.get(plain, plain)


def plain_header(text: str) -> str:
    """A header as it is compared: without case, accents, spaces, underscores, hyphens and what nobody sees, and without closing marks."""
    text = text.removeprefix(_MARK_AS_TEXT).casefold()
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) not in _NOT_READ)
    return "".join(bare.replace("_", " ").replace("-", " ").split()).rstrip("*:?!.")


def _index(catalogue: Catalogue) -> dict[str, str]:
    index: dict[str, str] = {}
    for field in catalogue.fields:
        for text in (field.name, field.title, field.wire, *field.aliases):
            index.setdefault(plain_header(text), field.name)
    for name, words in _WORDS[catalogue.sheet].items():
        for text in words:
            index.setdefault(plain_header(text), name)
    for field in catalogue.fields:  # a field's own name is never another's alias
        index[plain_header(field.name)] = field.name
    return index


_WORDS = {BUNDLES.sheet: BUNDLE_WORDS, POSITIONS.sheet: POSITION_WORDS}
_INDEX = {catalogue.sheet: _index(catalogue) for catalogue in (BUNDLES, POSITIONS)}
_IGNORED = frozenset(plain_header(name) for name in (*STATUS_COLUMNS, *FAILED_COLUMNS, "sheet", "row"))
_SHEET_NAMES = {
    "bundles": BUNDLES,
    "bundle": BUNDLES,
    "accounts": BUNDLES,
    "videos": POSITIONS,
    "video": POSITIONS,
    "positions": POSITIONS,
    "posts": POSITIONS,
    **{plain_header(text): BUNDLES if name == BUNDLES.sheet else POSITIONS for text, name in SHEET_WORDS.items()},
}


def _names(catalogue: Catalogue) -> Mapping[str, str]:
    return _INDEX[catalogue.sheet]


def _nearest(text: str, catalogue: Catalogue, claims: Mapping[str, list[str]]) -> str:
    from rapidfuzz import fuzz, process  # only a sheet with an unknown header pays for the import

    free = {key: name for key, name in _names(catalogue).items() if name not in claims}
    found = process.extractOne(plain_header(text), list(free), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return free[found[0]] if found else ""


def likeness(text: str, catalogue: Catalogue, free: Sequence[str]) -> list[tuple[str, float]]:
    """The fields among `free` that the header is like, the most alike first, from 0 to 1."""
    from rapidfuzz import fuzz, process

    keys = {key: name for key, name in _names(catalogue).items() if name in free}
    best: dict[str, float] = {}
    for key, score, _ in process.extract(plain_header(text), list(keys), scorer=fuzz.ratio, limit=12):
        best[keys[key]] = max(best.get(keys[key], 0.0), score / 100)
    return sorted(best.items(), key=lambda item: -item[1])
