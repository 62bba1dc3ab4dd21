"""Bytes to text: what a file says of itself, else UTF-8, else what the user says, else Windows text where it can be that.

Reading never decides alone between two encodings that both give letters: what was guessed is reported with an example, and a
text that makes no sense as Windows text is refused, with what it may be.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from bulkportal.errors import UnreadableInput
from bulkportal.sheets.plausible import implausible
from bulkportal.sheets.seven_bit import seven_bit
from bulkportal.sheets.signature import wide_encoding
from bulkportal.sheets.table import Doubt

WINDOWS = "cp1252"
"""What most spreadsheet programs of the West write when they do not write UTF-8."""

_POSSIBLE = (
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "gb18030", "big5", "cp932", "euc_jp", "cp949"),
    *("koi8_r", "cp866", "mac_roman", "cp437", "cp850", "cp852", "tis_620", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15", "mac_cyrillic"),
)
"""What sheets are written in, besides UTF-8 and Windows text."""
_RIGHT_OR_WRONG = (
    "If its letters are right, there is nothing to do (--encoding cp1252 confirms it); if not, say --encoding NAME, or save as CSV UTF-8."
)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp932": "shift_jis",
    "iso2022_jp_ext": "iso-2022-jp",
    "iso2022_kr": "iso-2022-kr",
}
_FEWEST = 4
"""Fewer bytes tell nothing about an encoding."""
_SAMPLE_BYTES = 1 << 16
_SHOWN = 40
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, the doubt about how it was read, and notes worth knowing in passing."""

    text: str
    doubt: Doubt | None = None
    notes: tuple[str, ...] = ()


def decode(data: bytes, *, label: str, encoding: str | None = None) -> Decoded:
    """The text of these bytes; `encoding` is the one that the user names. Raises UnreadableInput."""
    # The file's own mark comes before what the user says: a profile's encoding is for all files of a client, and this one knows
    # better.
    wide = wide_encoding(data)
    if data.startswith(codecs.BOM_UTF8) or wide:
        notes = ("Read as UTF-16.",) if wide else ()
        found = Decoded(text=_strictly(data, wide or "utf-8", label), notes=notes)
    elif encoding is not None:
        found = Decoded(text=_strictly(data, encoding, label), doubt=_contradicted(data, encoding))
    else:
        found = _guessed(data, label)
    text = found.text.lstrip("\ufeff").replace("\n\ufeff", "\n")  # files put together: each brought its mark along
    if "\0" in text:
        raise _not_text(label)
    return Decoded(text=text, doubt=found.doubt, notes=found.notes)


def _strictly(data: bytes, encoding: str, label: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="replace")
        line, column = _place(before)
        words = {"encoding": shown_name(encoding), "byte": f"{data[error.start]:02X}", "line": line, "column": column}
        raise UnreadableInput.of("encoding_wrong", file=label, **words) from error


def _contradicted(data: bytes, encoding: str) -> Doubt | None:
    """What to say where the text is sound UTF-8 and was read in another encoding, as somebody said."""
    if data.isascii() or codecs.lookup(encoding).name == "utf-8":
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    hint = "If its letters are wrong, leave --encoding (or the profile's encoding) out."
    return Doubt(code="encoding_guessed", words={"why": "is sound UTF-8", "encoding": f"{shown_name(encoding)}, as you said", "hint": hint})


def _guessed(data: bytes, label: str) -> Decoded:
    try:
        text = data.decode()
        _refuse_spelled(data, label)
        return Decoded(text=text)
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode())
        place: dict[str, object] = {"byte": f"{data[error.start]:02X}", "line": line, "column": column}
        cause = error
    # Mostly sound UTF-8 with a few broken places is UTF-8 that was damaged, and not Windows text full of strange pairs.
    sequences = len(_SEQUENCE.findall(data))
    if sequences and sequences >= len(_HIGH.findall(_SEQUENCE.sub(b"", data))):
        raise UnreadableInput.of("text_not_utf8", file=label, **place) from cause
    try:
        text, strange = data.decode(WINDOWS), None
        strange = implausible(text)
    except UnicodeDecodeError:
        text, strange = "", ""
    if strange is not None:
        raise _unknown(data, strange, place, label) from cause
    why = f"is not UTF-8 (line {line}, column {column} holds the byte {place['byte']})"
    doubt = Doubt(code="encoding_guessed", words={"why": why, "encoding": "Windows text (cp1252)", "hint": _RIGHT_OR_WRONG})
    return Decoded(text=text, doubt=doubt, notes=("Not UTF-8: read as Windows text (cp1252).",))


def _refuse_spelled(data: bytes, label: str) -> None:
    """Raise for a text that spells its letters in plain signs: it would be posted as it stands."""
    found = seven_bit(data)
    if found is not None:
        line, column = _place(data[: found.offset].decode())
        words = {"encoding": shown_name(found.encoding), "line": line, "column": column, "sample": found.sample, "read": found.read}
        raise UnreadableInput.of("encoding_spelled", file=label, **words)


def _unknown(data: bytes, strange: str, place: dict[str, object], label: str) -> UnreadableInput:
    lines = _HIGH_LINE.findall(data[: 64 * _SAMPLE_BYTES])
    sample = b"\n".join(lines)[:_SAMPLE_BYTES]
    proposals = _proposals(sample)
    if not strange and (not proposals or len(_HIGH.findall(sample)) < _FEWEST):
        return _not_text(label)
    read = f', and as Windows text it would say "{_bare(strange)}"' if strange else ""
    shown = [f'--encoding {shown_name(name)} would read "{_excerpt(sample, name, strange)}"' for name in proposals]
    proposal = "; ".join(shown) if shown else "its name is for instance cp1250, cp1251, gb18030 or mac_roman"
    return UnreadableInput.of("encoding_unknown", file=label, **place, read=read, proposal=proposal)


def _proposals(sample: bytes) -> list[str]:
    """The encodings that a detector thinks of first; at most two that read differently."""
    from charset_normalizer import from_bytes  # late: only for text that is not UTF-8

    texts: dict[str, str] = {}
    # Only as a hint: on a real cp1252 file the two usual detectors named cp1250 and ISO-8859-1, at a confidence of 0.10.
    for match in from_bytes(sample, cp_isolation=list(_POSSIBLE)):
        texts.setdefault(str(match), match.encoding)
    return list(texts.values())[:2]


def _excerpt(sample: bytes, encoding: str, strange: str) -> str:
    """How the sample's first word of other letters reads in an encoding."""
    try:
        word = strange.encode(WINDOWS).decode(encoding) if strange else ""
    except UnicodeError:
        word = ""
    if not word:
        text = sample.decode(encoding, errors="replace")
        word = next((one for one in re.split(r"[\s,;\t|\"]+", text) if not one.isascii()), "")
    return _bare(word)


def _bare(word: str) -> str:
    """Of what stands between two blanks, the cell with other letters than English has."""
    cells = re.split(r"[,;\"\t|]", word)
    return next((cell for cell in cells if not cell.isascii()), word)[:_SHOWN]


def _place(before: str) -> tuple[int, int]:
    """Line and column behind a text, counted from 1; a mark at the start of the file takes no room."""
    lines = re.split(r"\r\n|\r|\n", before.lstrip("\ufeff"))
    return len(lines), len(lines[-1]) + 1


def shown_name(encoding: str) -> str:
    """An encoding's name as people write it."""
    return _NAMES.get(encoding, encoding)


def _not_text(label: str) -> UnreadableInput:
    return UnreadableInput.of("file_not_spreadsheet", "text", file=label)
