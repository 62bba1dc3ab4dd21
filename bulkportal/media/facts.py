"""What is known of one file of media."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, Self, TypeAlias

Kind: TypeAlias = Literal["video", "image", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One local file. `trouble` says in a sentence why it cannot be used as media, if so.

    What is not known is left at its default. `container` and `codec` are MediaInfo's names; `seconds` is
    the duration; `width` and `height` are pixels as people see them, `turned` the degrees by which a flag
    turns what is stored; `sound` says whether there is an audio track. `changed_at` is the file's
    modification time in nanoseconds when it was looked at.
    """

    path: Path
    size: int
    kind: Kind
    mime: str
    sha256: str
    playable: bool
    trouble: str = ""
    container: str = ""
    codec: str = ""
    seconds: float | None = None
    width: int = 0
    height: int = 0
    turned: int = 0
    sound: bool | None = None
    changed_at: int = 0

    def to_text(self) -> str:
        """What is known, without where the file lies, as JSON."""
        return json.dumps(asdict(replace(self, path=Path())), default=str)

    @classmethod
    def from_text(cls, text: str, path: Path) -> Self:
        """The same of the file at `path`. Raises ValueError or TypeError for what was written otherwise."""
        return cls(**{**json.loads(text), "path": path})


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """One link. `trouble` is nothing, or one of ``gone``, ``private``, ``login``, ``quota``, ``page``, ``unsure``.

    A store also has ``extra``, ``host`` and ``address``. `why` says more where it helps, `hint` what to do where only the
    finder knows; `size` is None where the host does not state it; `version` distinguishes two contents of one address, and is
    empty where the host gives no means for that.
    """

    address: str
    kind: Kind = "other"
    mime: str = ""
    size: int | None = None
    trouble: str = ""
    why: str = ""
    hint: str = ""
    version: str = ""
