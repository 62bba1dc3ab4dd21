"""Try bulkportal with the newest, or the lowest, versions of what it needs: the tutorial and the demo from an installation, then tests.

    python3.13 release/versions.py newest tests/desk tests/automate
    python3.11 release/versions.py lowest tests/check

Two environments are made and removed: one with what a run needs alone, and one with what the tests need besides.
Ends as the first of them that fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOUND = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?>=([\w.]+)")


def lowest() -> list[str]:
    """The lower bounds of pyproject.toml, as pins: those of a run, and those of the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "dev" for line in lines]
    return [f"{found[1]}=={found[2]}" for line in [*project["dependencies"], *extras] if (found := BOUND.match(line))]


def main(which: str, tests: list[str]) -> int:
    """Try it; the exit code of what failed first, or 0."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pins = folder / "pins.txt"
        pins.write_text("".join(f"{pin}\n" for pin in lowest()) if which == "lowest" else "", "utf-8")
        for wanted, words in ((".", [str(ROOT / "release" / "try_wheel.py"), "."]), (".[dev]", ["-m", "pytest", "-q", *tests])):
            python = folder / ("of-the-tests" if wanted != "." else "of-a-run") / "bin" / "python"
            subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", pins, wanted]
            subprocess.run(install, cwd=ROOT, check=True)
            empty = folder / "empty"
            empty.mkdir(exist_ok=True)
            ended = subprocess.run([python, *words], cwd=empty if wanted == "." else ROOT, check=False).returncode
            if ended:
                return ended
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
