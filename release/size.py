"""What an installed bulkportal takes on the disk, part by part: each distribution of this environment, the largest first, as a table of Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions

BUILDERS = {"pip", "setuptools"}
"""What an environment has of its own."""


def size_of(distribution: Distribution) -> int:
    """The bytes of its files, those that Python compiles left out."""
    files = (file.locate() for file in distribution.files or () if file.suffix != ".pyc")
    return sum(place.stat().st_size for place in files if place.is_file())


def lines() -> Iterator[str]:
    """The table."""
    sizes = {one.name: size_of(one) for one in distributions() if one.name.lower() not in BUILDERS}
    yield f"| all {len(sizes)} | {sum(sizes.values()) / 1e6:.0f} MB |"
    yield "| --- | --- |"
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        yield f"| {name} | {size / 1e6:.1f} MB |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
