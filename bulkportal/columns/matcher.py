"""Headers to fields: exactly, then by alias; a near miss is only ever suggested (docs/reference/columns.md)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import FAILED_COLUMNS, IGNORE, STATUS_COLUMNS, Catalogue
from bulkportal.columns.hints import is_hint, without_hints
from bulkportal.columns.languages import BUNDLE_WORDS, POSITION_WORDS, SHEET_WORDS
from bulkportal.columns.positions import POSITIONS

_NEAR = 78
"""How alike (0 to 100) a header must be before it is suggested. Suggested, never applied: at this
height rapidfuzz still takes "IG content type" for a video type (measurements, section 10)."""


_FEW = 2
"""With at most this many headers, one known header is enough in a sheet that is named after its catalogue."""

_NOT_READ = frozenset({"Mn", "Cf"})
"""Accents, and characters without a look of their own such as a byte order mark."""

_MARK_AS_TEXT = "\u00ef\u00bb\u00bf"
"""The mark at the start of a UTF-8 file, read as Windows text."""

NO_MAPPING: Mapping[str, str] = MappingProxyType({})
"""No headers of the user's own are mapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where each field is.

    `found` maps a field to a column letter; `unknown` a letter to the field it may mean (empty if none
    is similar). Of several headers that mean one field, the best name counts: `beside` maps the letters of the others to
    the field, and `twice` a field to letters that name it equally well. `unread` maps a letter to the part of its header
    that was not understood, and `feedback` maps it to a header that bulkportal itself writes.
    """

    found: Mapping[str, str]
    unknown: Mapping[str, str]
    twice: Mapping[str, tuple[str, ...]]
    beside: Mapping[str, str]
    unread: Mapping[str, str]
    feedback: Mapping[str, str]


def match(headers: Mapping[str, str], catalogue: Catalogue, mapping: Mapping[str, str] = NO_MAPPING) -> Match:
    """Find the fields of `catalogue` among the headers of a sheet (letter → text).

    `mapping` holds the user's own headers, as `own_headers` returns them; they take precedence.
    """
    claims: dict[str, list[tuple[int, str]]] = defaultdict(list)
    unknown: dict[str, str] = {}
    feedback: dict[str, str] = {}
    unread: dict[str, str] = {}
    for letter, text in headers.items():
        sense = _sense(text, catalogue, mapping)
        if sense.name:
            claims[sense.name].append((sense.rank, letter))
            unread |= {letter: sense.unread} if sense.unread else {}
        elif plain_header(text) in _FEEDBACK and not sense.ignored:
            feedback[letter] = text
        elif not sense.ignored:
            unknown[letter] = text
    best = {name: [letter for rank, letter in claim if rank == min(claim)[0]] for name, claim in claims.items()}
    return Match(
        found={name: letters[0] for name, letters in best.items()},
        twice={name: tuple(letters) for name, letters in best.items() if len(letters) > 1},
        # Not "twice": of a worse name beside the best one it is clear which is meant, and it is only reported.
        beside={letter: name for name, claim in claims.items() for _, letter in claim if letter not in best[name]},
        unknown={letter: _nearest(text, catalogue, best) for letter, text in unknown.items()},
        unread=unread,
        feedback=feedback,
    )


def own_headers(columns: Mapping[str, str]) -> Mapping[str, str]:
    """The user's own headers and the columns that they mean, made ready for comparing.

    One that means `field.IGNORE` is not read. Raises ValueError, with the names at fault, for columns that do not exist.
    """
    wrong = sorted({name for name in columns.values() if name != IGNORE and not any(name in c.names for c in (BUNDLES, POSITIONS))})
    if wrong:
        raise ValueError(", ".join(wrong))
    return {plain_header(text): _IGNORED if name == IGNORE else plain_header(name) for text, name in columns.items()}


def count_known(texts: Sequence[str], mapping: Mapping[str, str] = NO_MAPPING) -> int:
    """How many of these texts are headers of the catalogue that knows the most of them."""
    return max(_count(texts, BUNDLES, mapping), _count(texts, POSITIONS, mapping))


def catalogue_of(sheet: str, headers: Sequence[str], mapping: Mapping[str, str] = NO_MAPPING) -> Catalogue | None:
    """The catalogue a sheet follows: by its name if a header agrees, otherwise by its headers.

    None means that the sheet is something else, such as notes: one known header among others (a
    column called "Title") is no evidence, and for Bundles headers that any list of addresses has are none either.
    """
    named = called(sheet)
    if named is not None and _agree(headers, named, mapping):
        found = named
    else:
        bundles, positions = _count(headers, BUNDLES, mapping), _count(headers, POSITIONS, mapping)
        if max(bundles, positions) < 2:
            return None
        # Of as many known headers a position decides: no row of Bundles has one.
        has_position = any(_sense(text, POSITIONS, mapping).name == "position" for text in headers)
        found = POSITIONS if positions > bundles or (positions == bundles and has_position) else BUNDLES
    return None if found is BUNDLES and all(_is_common(text, mapping) for text in headers) else found


def _agree(headers: Sequence[str], catalogue: Catalogue, mapping: Mapping[str, str]) -> bool:
    """Whether a row is one of headers: a row of values may hold a word that is one as well."""
    known = _count(headers, catalogue, mapping)
    # What bulkportal itself writes beside a row says nothing about it: a report is read as its source is.
    own = [text for text in headers if plain_header(text) not in _FEEDBACK]
    return known > 1 or (known == 1 and len(own) <= _FEW)


def called(sheet: str) -> Catalogue | None:
    """The catalogue after which a sheet is named, in any language, with or without a number at the end."""
    plain = plain_header(re.sub(r"[\s_-]*[(\[]?\d*[)\]]?\s*$", "", sheet))
    return _SHEET_NAMES.get(plain_header(sheet)) or _SHEET_NAMES.get(plain)


def _count(texts: Sequence[str], catalogue: Catalogue, mapping: Mapping[str, str]) -> int:
    return len({sense.name for text in texts if (sense := _sense(text, catalogue, mapping)).name})


def _is_common(text: str, mapping: Mapping[str, str]) -> bool:
    """Whether a header is no evidence of bundles: it is unknown, or every list of people or goods may have it."""
    plain = plain_header(text)
    return plain not in mapping and (plain in _COMMON or not _sense(text, BUNDLES, mapping).name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sense:
    """What one header means: a field (or none), how well it names it (lowest is best), and which part was not understood."""

    name: str = ""
    rank: int = 0
    unread: str = ""
    ignored: bool = False


def _sense(text: str, catalogue: Catalogue, mapping: Mapping[str, str]) -> _Sense:
    known, plain = _names(catalogue), plain_header(text)
    if plain in mapping:
        own = mapping[plain]
        # Rank 0, before every other: what somebody said of their own header counts even beside a header that is the column's very name.
        return _Sense(name=known.get(own, ""), ignored=own == _IGNORED)
    if plain in known:
        return _Sense(name=known[plain], rank=1 if plain == plain_header(known[plain]) else 2)
    for shorter, left_out in without_hints(text):
        name = known.get(plain_header(shorter))
        if name:
            return _Sense(name=name, rank=3, unread="" if is_hint(left_out) else left_out)
    return _Sense()


@lru_cache(maxsize=4096)
def plain_header(text: str) -> str:
    """A header as it is compared: without case, accents, spaces, underscores, hyphens, invisible characters and closing marks."""
    text = text.removeprefix(_MARK_AS_TEXT).casefold()
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) not in _NOT_READ)
    return "".join(bare.replace("_", " ").replace("-", " ").split()).rstrip("*:?!.").lstrip("*")


def _index(catalogue: Catalogue) -> dict[str, str]:
    index: dict[str, str] = {}
    for field in catalogue.fields:
        for text in (field.name, field.title, field.wire, *field.aliases):
            # The first field keeps a word that two have among their aliases: the catalogue's order decides, and not the alphabet.
            index.setdefault(plain_header(text), field.name)
    for name, words in _WORDS[catalogue.sheet].items():
        for text in words:
            index.setdefault(plain_header(text), name)
    for field in catalogue.fields:  # a field's own name is never another's alias
        index[plain_header(field.name)] = field.name
    return index


_WORDS = {BUNDLES.sheet: BUNDLE_WORDS, POSITIONS.sheet: POSITION_WORDS}
_INDEX = {catalogue.sheet: _index(catalogue) for catalogue in (BUNDLES, POSITIONS)}
_FEEDBACK = frozenset(plain_header(name) for name in (*STATUS_COLUMNS, *FAILED_COLUMNS, "sheet", "row"))
_COMMON = frozenset(
    plain_header(text)
    for text in (
        *("id", "title", "titre", "título", "titel", "type", "tipo", "typ", "reference", "referencia", "référence", "market", "marché", "mercado"),
        *("markt", "country", "country code", "pays", "code pays", "país", "land", "ländercode", "username", "user name", "nom d'utilisateur"),
        *("identifiant", "nombre de usuario", "usuario", "benutzername", "nome de usuário", "usuário", "picture", "avatar", "action", "acción"),
        *("aktion", "ação", "message", "mensaje", "nachricht", "mensagem", "comment", "commentaire", "comentario", "kommentar", "comentário"),
    )
)
"""Headers that lists of addresses, people and goods have as well."""

_IGNORED = "\0ignored"
"""The meaning of a header that is not to be read; no header is spelled like this."""
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


def _nearest(text: str, catalogue: Catalogue, claims: Collection[str]) -> str:
    from rapidfuzz import fuzz, process  # only a sheet with an unknown header pays for the import

    # Only columns that no header names: a second caption is more likely a column of the user's own.
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
