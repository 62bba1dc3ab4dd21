"""The rows that revert a run, and what they cannot revert. Pure: the platform's state by now is considered afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import CLEAR, Catalogue, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.cell_texts import cells_of
from bulkportal.exporting.export_rows import ExportRow, Sheets
from bulkportal.plan.changes import RunChange
from bulkportal.plan.kinds import OperationKind
from bulkportal.portal.remote import EMPTY, Json
from bulkportal.undoing.not_undone import NEVER, NotUndone, not_undone

_NEVER_EMPTY = "The column was empty, and it can be changed, but not emptied."
_REPLACED = "The file was replaced, and the platform's own copy of the one before may be gone."
_OF_ITS_KIND = "The kind of the video was changed; going back needs its own file, which may be gone."
_FETCHED_AGAIN = "The platform discarded its copy; the file is fetched again from its link, as it is there now."
_LOST_FILE = "The slot was emptied, and no link to the file that it held is known."
_UNTOLD = "What was there before is not known: the platform did not return it."
_CREATED = "The bundle was made by this run: its account can be changed, but not emptied."
_PRIORITY = "It was published with priority before; whether it gets that again is up to the platform."
_LABELLED = "The slot had this before; emptying it takes that away too. Write it again afterwards."
_CELL = "A cell cannot hold what stood there unchanged."


@dataclass(slots=True)
class UndoRow:
    """One row: its cells, what the run left there (its base copy), and the change it comes from."""

    catalogue: Catalogue
    bundle: str
    bundle_id: str
    position: int | None
    changes: list[RunChange]
    keys: dict[str, str]
    cells: dict[str, str] = field(default_factory=dict)
    base: dict[str, str] = field(default_factory=dict)
    action: str = ""

    def export_row(self) -> ExportRow:
        """The row as an export has it."""
        said = {**self.keys, **self.cells, **({"action": self.action} if self.action else {})}
        return ExportRow(cells=said, base={**self.keys, **self.base}, status={}, actions=(self.action,) if self.action else ())

    @property
    def says_something(self) -> bool:
        """Whether there is anything left to revert."""
        return bool(self.cells or self.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoDraft:
    """All rows, by sheet and in order, and the list of what they do not revert."""

    bundles: tuple[UndoRow, ...]
    videos: tuple[UndoRow, ...]
    not_undone: tuple[NotUndone, ...]

    @property
    def rows(self) -> tuple[UndoRow, ...]:
        """Those of both sheets."""
        return (*self.bundles, *self.videos)

    def sheets(self) -> Sheets:
        """Both sheets as an export has them."""
        return Sheets(bundles=tuple(row.export_row() for row in self.bundles), videos=tuple(row.export_row() for row in self.videos))


def drafted(changes: Sequence[RunChange]) -> UndoDraft:
    """The draft that reverts these changes."""
    made = _Drafting(changes)
    for change in changes:
        made.add(change)
    # Counted from the end and sorted by the negative: of several rows of a bundle the first decides where it comes.
    order = {bundle_id: place for place, (bundle_id, _) in enumerate(reversed(made.rows))}
    rows = sorted((row for row in made.rows.values() if row.says_something), key=lambda row: (-order[row.bundle_id], row.position or 0))
    return UndoDraft(
        bundles=tuple(row for row in rows if row.position is None),
        videos=tuple(row for row in rows if row.position is not None),
        not_undone=tuple(made.lines),
    )


class _Drafting:
    def __init__(self, changes: Sequence[RunChange]) -> None:
        self.rows: dict[tuple[str, int | None], UndoRow] = {}
        self.lines: list[NotUndone] = []
        self.created = {change.bundle_id or change.bundle for change in changes if change.kind is OperationKind.CREATE_BUNDLE}
        self._ways_back = {
            OperationKind.UPDATE_BUNDLE: self._settings,
            OperationKind.CONFIGURE_ACCOUNT: self._account,
            OperationKind.CONFIGURE_POSITIONS: self._slot,
            OperationKind.UPDATE_POSITION: self._slot,
            OperationKind.UNSCHEDULE_VIDEO: self._refill,
            OperationKind.PUBLISH: self._unpublish,
            OperationKind.UNPUBLISH: self._publish,
        }
        self.names = {change.bundle_id: _name(change) for change in changes}
        # As the run left it: under that name the row is found before its name is put back.
        self.names |= {c.bundle_id: str(c.after["bundle"] or "") for c in changes if c.kind is OperationKind.UPDATE_BUNDLE and "bundle" in c.after}

    def add(self, change: RunChange) -> None:
        first = len(self.lines)
        back = self._ways_back.get(change.kind) if change.kind else None
        if back is not None:
            back(change)
        elif change.kind is None:
            self._line(change, "Coverage was renewed for this account. Credits are not refunded.")
        else:
            self._line(change, NEVER[change.kind], before=_told(change))
        self._price(change, first)

    def _price(self, change: RunChange, first: int) -> None:
        """Show what a change cost on its first line, or on a line of its own."""
        if not change.credits:
            return
        # The price on one line only: a change may have several, and their sum must be what was spent.
        if len(self.lines) == first:
            self._line(change, "Credits are not refunded.")
        self.lines[first] = replace(self.lines[first], credits=change.credits)

    def _line(self, change: RunChange, why: str, columns: Iterable[str] = (), before: str = "") -> None:
        self.lines.append(not_undone(change, why, tuple(columns), before))

    def _row(self, change: RunChange, catalogue: Catalogue) -> UndoRow:
        position = change.place if catalogue is POSITIONS else None
        name = self.names.get(change.bundle_id, "")
        keys = {"bundle": name} if name else {}
        keys |= {"bundle_id": change.bundle_id, **({} if position is None else {"position": str(position)})}
        # Several changes of a run to one slot make one row, since a sheet with a slot twice is refused.
        row = self.rows.setdefault((change.bundle_id, position), UndoRow(catalogue, name, change.bundle_id, position, [], keys))
        if change not in row.changes:
            row.changes.append(change)
        return row

    def _unpublish(self, change: RunChange) -> None:
        self._row(change, BUNDLES).action = "unpublish"

    def _publish(self, change: RunChange) -> None:
        self._row(change, BUNDLES).action = "publish"
        if change.status == "published_priority":
            self._line(change, _PRIORITY)

    def _settings(self, change: RunChange) -> None:
        if change.untold:
            self._line(change, _UNTOLD, change.untold)
        self._put_back(change, self._row(change, BUNDLES), change.before)

    def _account(self, change: RunChange) -> None:
        # Before this run there was no account, and one that is configured cannot be emptied.
        if change.was_empty and (change.bundle_id or change.bundle) in self.created:
            self._line(change, _CREATED, change.after)
        else:
            self._put_back(change, self._row(change, BUNDLES), change.before)

    def _slot(self, change: RunChange) -> None:
        row = self._row(change, POSITIONS)
        if change.was_empty:
            row.action = "unschedule"
            # Without the media: the platform has copied a linked file to an address of its own, which would look like somebody's change.
            row.base |= cells_of(POSITIONS.fields, {name: value for name, value in change.after.items() if not POSITIONS[name].is_media}).base
            if kept := {name: str(value) for name, value in change.before.items() if value not in EMPTY}:
                self._line(change, _LABELLED, kept, "; ".join(kept.values()))
            return
        if change.untold:
            self._line(change, _UNTOLD, change.untold)
        before = dict(change.before)
        # Back to another type, the row would lack the media of that type, and the check would refuse all of it.
        if before.get("video_type") not in (*EMPTY, change.after.get("video_type")) and "video_type" in before:
            bound = [name for name in before if name == "video_type" or POSITIONS[name].only_for]
            self._line(change, _OF_ITS_KIND, bound, _told(change, bound))
            before = {name: value for name, value in before.items() if name not in bound}
        self._put_back(change, row, before)

    def _put_back(self, change: RunChange, row: UndoRow, before: Mapping[str, Json]) -> None:
        fields = row.catalogue
        media = [name for name in before if fields[name].is_media]
        if media:
            self._line(change, _REPLACED, media, _told(change, media))
        names = [name for name in before if name not in media]
        told = cells_of(fields.fields, {name: before[name] for name in names})
        after = cells_of(fields.fields, {name: change.after.get(name) for name in names})
        if told.left:
            self._line(change, _CELL, told.left, _told(change, told.left))
        # Reported, since (clear) in such a column is an error, which would hold up the rest of its row.
        fixed = [name for name in names if before[name] in EMPTY and change.after.get(name) not in EMPTY and not _may_empty(fields, name)]
        if fixed:
            self._line(change, _NEVER_EMPTY, fixed)
        for name in names:
            if name in told.left or name in fixed or (before[name] in EMPTY and change.after.get(name) in EMPTY):
                continue
            # No column of yes and no takes (clear).
            empty = "no" if fields[name].kind is Kind.BOOLEAN else CLEAR
            row.cells[name] = told.texts.get(name, empty)
            row.base |= {name: after.base[name]} if name in after.base else {}

    def _refill(self, change: RunChange) -> None:
        if change.untold:
            self._line(change, _UNTOLD, change.untold)
            return
        filled = {name: value for name, value in change.before.items() if value not in EMPTY}
        media = {name: value for name, value in filled.items() if POSITIONS[name].is_media}
        # The links that were set first: what the platform shows is its own copy, which it throws away with the content of the slot.
        links = _links(change.media) or [item for value in media.values() for item in (value if isinstance(value, list) else [value])]
        told = cells_of(POSITIONS.fields, {**filled, **{name: links if isinstance(value, list) else links[0] for name, value in media.items()}})
        if not media or media.keys() & told.left.keys():
            self._line(change, _LOST_FILE, filled, _told(change))
            return
        self._line(change, _FETCHED_AGAIN, media, _told(change, media))
        if told.left:
            self._line(change, _CELL, told.left, _told(change, told.left))
        self._row(change, POSITIONS).cells |= told.texts


def _name(change: RunChange) -> str:
    return "" if change.bundle.startswith("#") else change.bundle


def _may_empty(catalogue: Catalogue, name: str) -> bool:
    return catalogue[name].clearable or catalogue[name].kind is Kind.BOOLEAN


def _links(media: str) -> list[Json]:
    """The links that a fingerprint of media consists of; none where a file of somebody's disk is among them."""
    items = media.split(" ") if media else []
    return [item.removeprefix("url:") for item in items] if all(item.startswith("url:") for item in items) else []


def _told(change: RunChange, names: Iterable[str] | None = None) -> str:
    """The previous values of these columns, for people; addresses without what may open more than the file."""
    chosen = change.before if names is None else {name: change.before.get(name) for name in names}
    return "; ".join(_pairs(chosen))


def _pairs(values: Mapping[str, Json]) -> Iterator[str]:
    for name, value in values.items():
        if value in EMPTY:
            continue
        items = value if isinstance(value, list) else [value]
        yield f"{name}: {', '.join(str(item).partition('?')[0] if '://' in str(item) else str(item) for item in items)}"
