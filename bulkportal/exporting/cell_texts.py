"""Values of the platform as the text of cells, so that reading the cell gives the same value back.

Where no text can do that, the cell stays blank, which leaves the value as it is on import, and the
reason is given beside it. Writing something merely similar would plan a change on import.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bulkportal import names
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import CLEAR, Field, Kind, Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.lossless.cell_values import safe_text
from bulkportal.media import is_address
from bulkportal.portal.remote import Json, RemoteBundle, RemotePosition
from bulkportal.sheets.breaks import with_newlines
from bulkportal.sheets.error_words import is_error

STORED = "The platform keeps this as a file of its own; blank leaves it as it is."
UNLIKE = "The platform has a value here that a cell cannot hold unchanged; blank leaves it as it is."
UNKNOWN = "The platform has a value here that this version does not know: {value}. Blank leaves it as it is."
SHARED = "Several bundles have the reference {value}, so this row goes by its id."

# Without leading zeros, which a cell with a number would lose.
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")

_URL = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
# What a spreadsheet program or its file format would turn into something else: `_x0041_` is read as A, 1E+05 as a number.
_CODED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_LOST_DIGITS = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+\d{2,}")
_BREAKS = re.compile(r"[;\r\n\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTexts:
    """The texts of one row by column, and for each column left blank against its value the reason.

    `raw` is what the platform has in the columns left blank, as near as a text comes to it: it is for the
    base copy, which distinguishes an edit from a change on the platform.
    """

    texts: Mapping[str, str]
    left: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> Mapping[str, str]:
        """What the base copy holds."""
        return {**self.raw, **self.texts}


def bundle_cells(bundle: RemoteBundle, view: Mapping[str, Json], shared: frozenset[str] = frozenset()) -> CellTexts:
    """A bundle and its account. `shared` are references under which the platform has several bundles."""
    values = _bundle_values(bundle, view)
    made = cells_of(BUNDLES.fields, values)
    return _unshared(made, shared)


def slot_cells(slot: RemotePosition, bundle: RemoteBundle, shared: frozenset[str] = frozenset()) -> CellTexts:
    """A slot. What the platform keeps for other networks and is empty there is left out.

    An empty slot has only its names: the platform reports a type for it that nobody has chosen (seed 001).
    """
    values: dict[str, Json] = {}
    for known in POSITIONS.fields:
        value = slot.values.get(known.wire)
        # A value counts even where the column does not belong to the platform: it is there, and must not look like a blank cell.
        if (slot.configured or known.role is Role.LABEL) and (value or known.belongs(bundle.platform, None)):
            values[known.name] = value
    values |= {"bundle": bundle.external_ref, "bundle_id": bundle.id, "position": slot.position, "action": None, "message": None}
    return _unshared(cells_of(POSITIONS.fields, values), shared)


def _bundle_values(bundle: RemoteBundle, view: Mapping[str, Json]) -> dict[str, Json]:
    has_videos = bundle.bundle_type != "account_only"
    values: dict[str, Json] = {
        "bundle": bundle.external_ref,
        "bundle_id": bundle.id,
        "bundle_type": bundle.bundle_type,
        "platform": bundle.platform,
        "country": bundle.country,
        "title": bundle.title,
        # 0 slots is a blank cell, as for a bundle whose type has none; 0 edits is a fact about slots that are there.
        "videos_quantity": bundle.videos_quantity or None,
        "edits_quantity": bundle.edits_quantity if has_videos and bundle.videos_quantity else None,
        "auto_finalize_videos": bundle.auto_finalize_videos,
    }
    told = {"account_id": view.get("existing_account_id") or view.get("saved_account_id")}
    for known in BUNDLES.fields:
        if known.name in values or not known.belongs(None, bundle.bundle_type):
            continue
        if known.role is Role.ACCOUNT:
            values[known.name] = bundle.account.get(known.wire)
        elif known.role is Role.CREATION:  # both spellings of an option are in use (S14)
            value = told.get(known.name, view.get(known.wire, view.get(known.name)))
            values[known.name] = bundle.account.get(known.wire) if value is None and known.in_account else value
    return values


def cells_of(fields: tuple[Field, ...], values: Mapping[str, Json]) -> CellTexts:
    """The texts of these fields for values of the platform, by our names."""
    texts: dict[str, str] = {}
    left: dict[str, str] = {}
    for known in fields:
        value = values.get(known.name)
        if value is None or value in ("", []):
            continue
        text = _text(known, value)
        if text is None:
            left[known.name] = _reason(known, value)
        elif _keeps(text):
            texts[known.name] = text
        else:
            left[known.name] = UNLIKE
    return CellTexts(texts=texts, left=left, raw={name: _raw(values[name]) for name in left})


def _raw(value: Json) -> str:
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    return "" if isinstance(value, dict) else str(value)


def _unshared(made: CellTexts, shared: frozenset[str]) -> CellTexts:
    """A reference that several bundles have names none of them: the id has to do."""
    reference = made.texts.get("bundle")
    if reference not in shared or reference is None:
        return made
    texts = {name: text for name, text in made.texts.items() if name != "bundle"}
    return CellTexts(texts=texts, left={**made.left, "bundle": SHARED.format(value=reference)}, raw=made.raw)


def _text(known: Field, value: Json) -> str | None:
    """The text for a value of this kind; None where no text has the same meaning."""
    match known.kind:
        case Kind.BOOLEAN:
            return ("yes" if value else "no") if isinstance(value, bool) else None
        case Kind.LIST | Kind.MEDIA_LIST:
            return _list(known.kind, value)
        case Kind.DATE:
            return _date(value)
    text = _plain(value)
    # In its plain form, as a name is read back: an invisible character in it would else be an edit.
    if known.is_name:
        text = names.plain(text or "") or None
    fits = text is not None and _FITS.get(known.kind, _anything)(known, text)
    return text if fits else None


def _plain(value: Json) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # 3.0 in JSON is the 3 of a cell.
    return str(int(value)) if value == int(value) else str(value)


def _anything(_: Field, __: str) -> bool:
    return True


_FITS: Mapping[Kind, Callable[[Field, str], bool]] = {
    Kind.CHOICE: lambda known, text: text in known.choices,
    Kind.INTEGER: lambda _, text: text.isascii() and text.isdigit(),
    Kind.URL: lambda _, text: _URL.fullmatch(text) is not None,
    Kind.MEDIA: lambda _, text: is_address(text),
}


def _list(kind: Kind, value: Json) -> str | None:
    if not isinstance(value, list):
        return None
    items = [item for item in value if isinstance(item, str)]
    whole = all(item and item == item.strip() and not _BREAKS.search(item) for item in items)
    if len(items) != len(value) or not whole:
        return None
    if kind is Kind.MEDIA_LIST:
        return "\n".join(items) if all(is_address(item) for item in items) else None
    return "; ".join(items)


def _date(value: Json) -> str | None:
    # Cut and never converted: in another time zone a moment may lie on the day before (API reference 6.1, S10).
    day = value[:10] if isinstance(value, str) else ""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return None


def _keeps(text: str) -> bool:
    """Whether a cell gives this text back, as far as it is compared on import."""
    lines = with_newlines(text)
    bare = lines.strip()
    # A caption "(clear)" would empty itself on import.
    if not bare or bare.lower() == CLEAR or safe_text(lines) != lines:
        return False
    # Each of these is read as something else from a cell, and importing an export unchanged must do nothing.
    return not (_CODED.search(bare) or is_error(bare) or _LOST_DIGITS.fullmatch(bare))


def _reason(known: Field, value: Json) -> str:
    if known.kind in (Kind.MEDIA, Kind.MEDIA_LIST):
        return STORED
    return UNKNOWN.format(value=value) if known.kind is Kind.CHOICE and isinstance(value, str) else UNLIKE
