"""Try an installed bulkportal where nothing else is: its demo, the tutorial as written, the desk's help, and the calls of a program.

    python release/try_wheel.py FOLDER

with the Python of an environment that holds the wheel and what it needs to run. FOLDER is empty.
Commands are those of that environment, each a process of its own.
Ends with 1 and says what differs, where a command ends or prints otherwise than its page says.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import bulkportal

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("bulkportal")


def pages() -> ModuleType:
    """`docs/generate.py`, which knows how the commands of a page are played."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


generate = pages()


class Installed(generate.Player):
    """Plays a page with the command that is installed, rather than in this process."""

    def _run(self, arguments: list[str]) -> tuple[str, int]:
        done = subprocess.run([COMMAND, *arguments], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
        return done.stdout or ("" if done.returncode in (0, 4) else done.stderr), done.returncode


def differences(page: Path, folder: Path) -> list[str]:
    """The lines in which a page, played in a new folder, differs from what is written."""
    folder.mkdir()
    text = page.read_text(encoding="utf-8")
    shown, ran = generate.played(text, folder, Installed)
    print(f"{page.relative_to(ROOT)}: {len(ran)} commands")
    return list(difflib.unified_diff(text.splitlines(), shown.splitlines(), "as written", "as played", lineterm="", n=1))


def front_door(folder: Path) -> str:
    """What the first example of the page for programs prints, in a folder with the sample launch of CSV files."""
    folder.mkdir()
    page = (ROOT / "docs" / "how-to" / "use-from-python.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    with Installed(folder):
        done = subprocess.run([sys.executable, "-c", code], cwd="sample_data/csv_launch", capture_output=True, encoding="utf-8", check=False)
        written = Path("sample_data/csv_launch/launch.report.xlsx").is_file()
    if done.returncode or not written:
        raise SystemExit(f"The example of the page for programs ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def main(folder: Path) -> int:
    """Try it all in that folder; 0 where everything is as written."""
    home = Path(bulkportal.__file__).resolve().parent
    if home.is_relative_to(ROOT) and "site-packages" not in home.parts:
        raise SystemExit(f"This would try {home}, which is the checkout: use the Python of an environment that holds the wheel.")
    os.environ["HOME"] = str(folder / "home")
    for arguments in (["--version"], ["desk", "--help"], ["check", str(ROOT / "sample_data" / "good_launch" / "launch.xlsx"), "--quiet"]):
        subprocess.run([COMMAND, *arguments], stdout=subprocess.DEVNULL, check=True)
    found = differences(ROOT / "docs" / "tutorial" / "first-launch.md", folder / "tutorial")
    print("\n".join(found), end="\n" if found else "")
    print("the front door:", front_door(folder / "program").splitlines()[-1])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
