"""An inbox with launches in it, as the tests of nights need them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from tests.conftest import Desk, Ended, bundle, video

Rows = Sequence[Mapping[str, object]]


def inbox_of(desk: Desk) -> Path:
    """The desk's inbox, made."""
    folder = desk.folder / "inbox"
    folder.mkdir(exist_ok=True)
    return folder


def workbook(path: Path, bundles: Rows, videos: Rows) -> Path:
    """A launch as a workbook."""
    book = Workbook()
    for sheet, catalogue, rows in ((book.worksheets[0], BUNDLES, bundles), (book.create_sheet(), POSITIONS, videos)):
        sheet.title = catalogue.sheet
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    book.save(path)
    return path


def launch(folder: Path, name: str, **over: object) -> Path:
    """A launch of one bundle with two videos; `over` changes the first video."""
    rows = [video(name, 1, **over), video(name, 2)]
    return workbook(folder / f"{name}.xlsx", [bundle(name)], rows)


def night(desk: Desk, *more: object, **variables: str) -> Ended:
    """`bulkportal run INBOX`, which here takes files at once."""
    return desk.run("run", inbox_of(desk), "--still-seconds", 0, *more, **variables)


def fates(ended: Ended) -> dict[str, str]:
    """What became of each file."""
    return {launch["file"]: launch["fate"] for launch in ended.document["launches"]}


def archive(desk: Desk, folder: str) -> list[str]:
    """The names in a folder of the inbox, with the runs' ids written as RUN."""
    return sorted(plainly(path.name) for path in (inbox_of(desk) / folder).iterdir() if path.stem != "status")


def plainly(name: str) -> str:
    """A name or address with RUN for the id of a run."""
    return re.sub(r"run-\d{8}-\d{6}-[0-9a-f]{6}", "RUN", name)


def dropped(desk: Desk, source: Path, name: str) -> Path:
    """A copy of a file put into the inbox."""
    return Path(shutil.copy2(source, inbox_of(desk) / name))


def profiled(desk: Desk, *, night: Mapping[str, object] | None = None, **notify: object) -> dict[str, str]:
    """The variables that choose a settings file with these tables."""

    def table(values: Mapping[str, object]) -> str:
        return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())

    path = desk.folder / "bulkportal.toml"
    path.write_text(f"[profiles.main]\n[profiles.main.night]\n{table(night or {})}\n[profiles.main.notify]\n{table(notify)}", "utf-8")
    return {"BULKPORTAL_CONFIG": str(path)}
