"""The door for writing: text that stays text, links inside a workbook, files replaced as a whole."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from bulkportal.errors import UsageProblem, unwritten
from bulkportal.lossless.cell_values import cell_text, without_control_signs
from bulkportal.regular import NotRegular, is_null, refuse_other_kinds
from bulkportal.sheets import styles
from bulkportal.sheets.guard import guarded

if TYPE_CHECKING:
    from _typeshed import SizedBuffer

Moment: TypeAlias = tuple[int, int, int, int, int, int]

_FIRST_YEAR, _LAST_YEAR = 1980, 2107
"""The years that a zip file can tell."""


def text_cell(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text that stays text, also when it begins like a formula or reads like an error.

    An empty text leaves the cell blank.
    """
    cell = sheet.cell(row=row, column=column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} is inside a merged range")
    written = cell_text(text)
    if written:
        cell.value = written
        # openpyxl makes a formula of a text that begins with =, and an error of the text #N/A.
        cell.data_type = "s"
    else:
        cell.value = None
    return cell


def link_cell(cell: Cell, *, sheet: str, address: str, tooltip: str = "") -> None:
    """Make a cell a link to another cell of the same workbook."""
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{address}", tooltip=tooltip or None)
    cell.font = styles.LINK_FONT


def save_atomically(workbook: Workbook, path: Path) -> None:
    """Write the workbook beside `path` and put it in place when it is whole.

    Raises `UsageProblem` when it cannot be written; what was there before is then still there.
    """
    _replace(path, partial(save, workbook))


def save(workbook: Workbook, file: BinaryIO) -> None:
    """Write a workbook, whatever year the clock shows: a package knows those from 1980 to 2107 only, and openpyxl fails in any other."""
    workbook.properties.modified = datetime.now(UTC).replace(tzinfo=None)
    with _Package(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as package:
        ExcelWriter(workbook, package).write_data()


class _Package(zipfile.ZipFile):
    """A zip file whose parts have a date of the years that it can hold."""

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: SizedBuffer | str,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a part."""
        if isinstance(zinfo_or_arcname, str):
            zinfo_or_arcname = zipfile.ZipInfo(zinfo_or_arcname, _date_of_parts())
            zinfo_or_arcname.compress_type, zinfo_or_arcname.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        super().writestr(zinfo_or_arcname, data, compress_type, compresslevel)


def _date_of_parts() -> Moment:
    return within_a_package(time.localtime()[:6])


def within_a_package(moment: Moment) -> Moment:
    """A moment as a package can hold it: the first of them all where it is of another time."""
    return moment if _FIRST_YEAR <= moment[0] <= _LAST_YEAR else (_FIRST_YEAR, 1, 1, 0, 0, 0)


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes atomically, with the same promises as `save_atomically`."""

    def write(file: BinaryIO) -> None:
        file.write(data)

    _replace(path, write)


def replace_with_backup(path: Path, data: bytes, *, expected: bytes) -> Path:
    """Put new bytes in the place of a file, and keep the file beside it; gives the place of the backup.

    Raises `UsageProblem` when the file no longer holds `expected`: someone has saved it meanwhile.
    """
    backup = _free_backup(path)
    try:
        if path.read_bytes() != expected:
            raise UsageProblem(
                f"{path.name} was saved by someone while this ran, so it is left as it is.",
                hint="Run this again, or leave --in-place out.",
            )
        # Copied and not moved: until the new file is in its place, there is always one under this name.
        shutil.copy2(path, backup)
    except OSError as error:
        raise unwritten(
            error,
            f"No backup of {path.name} can be made: {error.strerror or 'the folder refuses it'}.",
            hint="Check the folder, or leave --in-place out.",
        ) from error
    write_bytes(path, data)
    return backup


def _free_backup(path: Path) -> Path:
    """A name for a backup that no file has: ``launch.backup.xlsx``, ``launch.backup-2.xlsx``, ..."""
    backup, number = path.with_name(f"{path.stem}.backup{path.suffix}"), 2
    while backup.exists():
        backup, number = path.with_name(f"{path.stem}.backup-{number}{path.suffix}"), number + 1
    return backup


def write_csv(path: Path, rows: Iterable[Sequence[str | None]], *, delimiter: str = ",") -> None:
    """Write rows of text as CSV UTF-8 that a spreadsheet program opens without running anything.

    A text that begins like a formula gets an apostrophe before it, which reading takes off again (see `guard`).
    """

    def write(file: BinaryIO) -> None:
        # Without the mark, Excel opens the file as Windows text, and saves it like that.
        file.write(b"\xef\xbb\xbf")
        file.writelines(_line(row, delimiter) for row in rows)

    _replace(path, write)


def _line(row: Sequence[str | None], delimiter: str) -> bytes:
    texts = [guarded(without_control_signs(text or "")) for text in row]
    needs = re.compile(rf'["\r\n{re.escape(delimiter)}]|^\s|\s$')
    cells = ['"' + text.replace('"', '""') + '"' if needs.search(text) else text for text in texts]
    return (delimiter.join(cells) + "\r\n").encode()


def _replace(path: Path, write: Callable[[BinaryIO], object]) -> None:
    temporary: Path | None = None
    try:
        refuse_other_kinds(path)
        if is_null(path):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        # In the same folder: only within one file system does the rename put it in its place in one step.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            # Synced before the rename, so that a loss of power never leaves the new name with an empty file behind it.
            os.fsync(file.fileno())
        _keep_mode(temporary, path)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise unwritten(
            error,
            f"{path.name} cannot be written: {error.strerror or 'the folder refuses it'}.",
            hint="Choose another name." if isinstance(error, NotRegular) else "Close it in other programs, check the folder, or choose another name.",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _keep_mode(temporary: Path, path: Path) -> None:
    """Temporary files are private; a report should have the rights of the file it replaces."""
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        # The only way to ask for it is to set it.
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    temporary.chmod(mode)
