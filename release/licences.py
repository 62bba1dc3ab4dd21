"""Under what licence everything stands that an installation brings, as each distribution says itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = {"Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Unlicense"}
"""What may come with every installation: each lets a company use it beside its own code, unchanged, without giving that away.

`BSD`: it does not say which of them.
"""

ALLOWED_IN_EXTRAS = ALLOWED | {"EPL-2.0", "LGPL-3.0-only"}
"""What an extra may bring besides: libraries that are imported as they are, and that a user chooses."""

SPELLINGS: Mapping[str, str] = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "BSD-3-Clause License": "BSD-3-Clause",
    "EPL-2.0 OR GPL-2.0-or-later": "EPL-2.0 OR GPL-2.0-or-later",
    "Eclipse Public License v2.0": "EPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "LGPL-3.0": "LGPL-3.0-only",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""How distributions spell a licence, and its identifier of SPDX."""

# The page is the same on every machine: that of the oldest Python, and of Linux.
_WHERE = {"python_version": "3.11", "python_full_version": "3.11.0", "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
_WHERE |= {"implementation_name": "cpython", "platform_python_implementation": "CPython"}


@dataclass(frozen=True, slots=True)
class Licensed:
    """A distribution, its licence as an expression of SPDX ("" if it says none that is known), and the extras that bring it.

    What no extra brings comes with every installation.
    """

    name: str
    licence: str
    extras: tuple[str, ...] = ()


def licence_of(found: Distribution) -> str:
    """Its licence as an expression of SPDX: of its expression, else of the field, else of its classifiers; "" if none is known."""
    told = found.metadata
    if expression := told.get("License-Expression"):
        return expression
    field = (told.get("License") or "").strip()
    if "\n" not in field and (known := SPELLINGS.get(field) or (field if _is_expression(field) else "")):
        return known
    classes = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License :: ")]
    known = [SPELLINGS.get(one, "") for one in classes if one != "OSI Approved"]
    return " OR ".join(sorted(known)) if known and all(known) else ""


def _is_expression(text: str) -> bool:
    return bool(text) and set(re.split(r" (?:AND|OR) ", text)) <= ALLOWED_IN_EXTRAS


def is_allowed(licence: str, allowed: set[str]) -> bool:
    """Whether one of its alternatives consists of allowed licences alone."""
    return any(set(re.split(r" AND ", one.strip("() "))) <= allowed for one in licence.split(" OR "))


def everything() -> list[Licensed]:
    """Every distribution that an installation or an extra brings, by name; ours excepted.

    Raises PackageNotFoundError for one that is not installed here.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    always = dict(_brought(project["dependencies"]))
    extras: dict[str, list[str]] = {}
    more: dict[str, Distribution] = {}
    for extra, wanted in sorted(project["optional-dependencies"].items()):
        if extra != "dev":
            for name, found in _brought(wanted):
                if name not in always:
                    extras.setdefault(name, []).append(extra)
                    more[name] = found
    return [Licensed(name, licence_of(found), tuple(extras.get(name, ()))) for name, found in sorted({**more, **always}.items())]


def _brought(wanted: list[str]) -> Iterator[tuple[str, Distribution]]:
    ahead, seen = [(Requirement(one), "") for one in wanted], set[tuple[str, str]]()
    while ahead:
        one, extra = ahead.pop()
        if one.marker and not one.marker.evaluate({**_WHERE, "extra": extra}):
            continue
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        for inner in {"", *one.extras}:
            if (name, inner) not in seen:
                found = distribution(name)
                if not any(name == known for known, _ in seen):
                    yield name, found
                seen.add((name, inner))
                ahead += [(Requirement(line), inner) for line in found.requires or ()]


__all__ = ["ALLOWED", "ALLOWED_IN_EXTRAS", "Licensed", "PackageNotFoundError", "everything", "is_allowed", "licence_of"]
