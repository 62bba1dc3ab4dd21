"""Write the pages that say what the package says, and play the commands that the other pages show.

`python docs/generate.py` writes them anew. A test compares both with the committed files, so a page
cannot drift away from the program.
"""

from __future__ import annotations

import importlib
import inspect
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from unittest import mock

import click
import httpx
import polars as pl
from openpyxl import load_workbook

from bulkportal import schemas
from bulkportal.cli.main import COMMANDS, run
from bulkportal.codes import REGISTER, SUBJECTS, Code, Stage
from bulkportal.codes.operation_codes import OPERATIONS
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import CLEAR, REPORT_SHEETS, STATUS_COLUMNS, Field, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.columns.yes_no import NO, YES
from bulkportal.errors import ExitCode
from bulkportal.plan.kinds import ACTIONS
from bulkportal.portal.transitions import OF_ACCOUNTS, OF_BUNDLES, OF_VIDEOS
from bulkportal.simulator.server import RunningSimulator

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
NOTICE = "<!-- Written by docs/generate.py from the package. Do not edit. -->\n"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n" for line in lines)


# -- columns.md

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("text", "Any text. Blanks at both ends are dropped."),
    Kind.INTEGER: ("whole number", "Digits only: `3`. `3.0` is read as 3."),
    Kind.BOOLEAN: ("yes or no", f"Yes: {', '.join(f'`{word}`' for word in YES)}. No: {', '.join(f'`{word}`' for word in NO)}."),
    Kind.DATE: (
        "date",
        (
            "`2027-03-15`, a date cell of the spreadsheet program, `15 March 2027`, or `15/03/2027`. "
            "`03/04/2027` has two readings and is an error, unless `--date-order day` or `--date-order month` says which comes first."
        ),
    ),
    Kind.CHOICE: ("choice", "One of the words named at the column. Case, spaces, hyphens and underscores do not matter."),
    Kind.LIST: ("list", "Entries separated by `;` or by line breaks in the cell."),
    Kind.URL: ("web address", "Begins with `https://` or `http://`."),
    Kind.MEDIA: ("media", "A web address, or the name of a file beside the sheet."),
    Kind.MEDIA_LIST: ("media list", "Web addresses or file names, separated by `;` or by line breaks in the cell."),
}


def columns_page() -> str:
    """Every column of both sheets."""
    parts = [
        NOTICE,
        "# Columns\n",
        "A launch has two kinds of sheet: Bundles and Videos. As CSV, each is one file.\n",
        "A header is found by its name, then by one of its other names. Case, spaces, hyphens and underscores do not matter.\n",
        "A header that is not known is a warning, never a guess; the column is kept in the report.\n",
        "Columns may stand in any order, and those you do not need may be left out.\n",
        f"A blank cell leaves a value as it is. `{CLEAR}` empties it, where the column says so.\n",
    ]
    for catalogue in (BUNDLES, POSITIONS):
        parts += [f"## {catalogue.sheet}\n", f"One row is one {catalogue.row_is}.\n"]
        parts.append(table(("column", "kind", "what to put there", "other headers"), [_column(one) for one in catalogue.fields]))
    parts += [
        "## Actions\n",
        "An action is done once for a row. The same file, its report or a copy finds it done and says when.",
        "To have it done once more, ask in a new export.\n",
        "A row with an action does that alone: other cells of it that differ from the platform are not sent, and are told.\n",
        table(("action", "sheet", "possible when", "goes with", "to know"), list(_actions())),
        "In the message of `account-corrections`, a line is about one field where it begins with its name and a colon: `biography: too formal`.",
        "The fields are username, visible name, biography and profile picture, under any of their headers.\n",
    ]
    parts += ["## Kinds of cells\n", table(("kind", "what is read"), list(KINDS.values()))]
    parts += [
        "## What bulkportal writes\n",
        f"A report adds these columns behind yours: {', '.join(f'`{name}`' for name in STATUS_COLUMNS)}.",
        "Reading knows them by their place and their values, and ignores them.\n",
        f"It also adds sheets of its own. Sheets with these names are not read: {', '.join(REPORT_SHEETS)}.\n",
    ]
    return "\n".join(parts)


_GOES_WITH = {
    "corrections": "`message`: what should change",
    "account-corrections": "`message`: what should change",
    "fix-download": "`video`, or `carousel_images` for a carousel: a link or a file",
}
_TO_KNOW = {
    "publish": "hands the bundle over; `publish: yes` does so too, once all its rows are in order",
    "publish-videos": "hands over videos that were added to a bundle that is live",
}


def _actions() -> Iterator[tuple[str, ...]]:
    places = (("video", OF_VIDEOS | {"fix-download": ()}, POSITIONS), ("bundle", OF_BUNDLES, BUNDLES), ("account", OF_ACCOUNTS, BUNDLES))
    for of, names, catalogue in places:
        for name, allowed in names.items():
            traits = ACTIONS[name].traits
            words = ["**cannot be undone**"] if traits.irreversible else []
            words += [text for text in (_TO_KNOW.get(name), traits.action.warning if traits.action else "") if text]
            when = f"the {of} is {' or '.join(f'`{status}`' for status in allowed)}" if allowed else "its link is flagged by the manager"
            yield f"`{name}`", catalogue.sheet, when, _GOES_WITH.get(name, ""), "; ".join(words)


def _column(one: Field) -> tuple[str, ...]:
    words = [one.help]
    if one.choices and not all(choice in one.help for choice in one.choices):
        words.append(f"One of: {', '.join(f'`{choice}`' for choice in one.choices)}.")
    if one.synonyms:
        words.append(f"Also read: {', '.join(f'`{other}` as `{choice}`' for other, choice in one.synonyms)}.")
    if one.max_length is not None and str(one.max_length) not in one.help:
        words.append(f"Up to {one.max_length} characters.")
    if one.clearable:
        words.append(f"`{CLEAR}` empties it.")
    if one.example:
        words.append(f"Example: `{one.example}`")
    others = {_bare(text): text for text in reversed((one.wire, one.title, *one.aliases)) if _bare(text) != _bare(one.name)}
    return f"`{one.name}`", KINDS[one.kind][0], " ".join(words), ", ".join(reversed(others.values()))


def _bare(header: str) -> str:
    """A header as matching compares it."""
    return re.sub(r"[\s_-]", "", header.casefold())


# -- schemas.md


def schemas_page() -> str:
    """Each column of both schemas with its type and its checks, as pandera holds them."""
    parts = [
        NOTICE,
        "# Schemas\n",
        (
            "`bulkportal.schemas.bundles()` and `bulkportal.schemas.videos()` are pandera schemas "
            "([how to use them](../how-to/use-from-python.md#check-rows-that-stand-in-no-sheet)). "
            "Every column may be left out, and every cell may be null: a blank leaves a value as it is, and what must be filled is a check. "
            "Each check that is not pandera's own bears the code of a [finding](findings.md); those in *italics* warn.\n"
        ),
    ]
    for schema in (schemas.bundles(pl.DataFrame()), schemas.videos(pl.DataFrame())):
        rows = [(f"`{name}`", str(column.dtype), _checks_of(column)) for name, column in schema.columns.items()]
        parts += [f"## {schema.name}\n", table(("column", "type", "checks"), rows)]
    return "\n".join(parts)


def _checks_of(column: Any) -> str:
    """The checks of a column: pandera's own with what they ask for, the platform's by code."""
    words = []
    for check in column.checks:
        asked = ", ".join(f"{name}={value}" for name, value in (check.statistics or {}).items() if value is not None)
        words.append(f"*{check.name}*" if check.raise_warning else f"`{check.name}({asked})`" if asked else f"`{check.name}`")
    return ", ".join(dict.fromkeys(words))


# -- findings.md

PLACEHOLDERS = {"_same": "rows", "_where_not": "not there", "_why_earliest": "why"}
FOUND_BY = {Stage.CHECK: "`check`", Stage.PLAN: "`plan`", Stage.RUN: "`import`"}


def findings_page() -> str:
    """Every code of the register with its severity, place, words and reason."""
    parts = [
        NOTICE,
        "# Findings\n",
        "Every finding has a code, a place, the value at fault, a sentence, and what to do. Codes do not change between versions.\n",
        "An **error** keeps its row from being sent; `refused_by_platform` alone is told afterwards. A **warning** does not.",
        "An error that is **held** says that nothing in the row is wrong, and that somebody has to say what is meant.\n",
        "`check` finds what the sheet and the files tell alone. `plan` also asks the platform, the ledger and the other files of a night,",
        "and `check --online` looks at what lies behind links. What `import` alone finds is what became of it.\n",
        "Words in *italics* stand for what the sheet or the platform says.\n",
    ]
    head = ("code", "severity", "column", "found by", "message", "what to do", "why")
    for subject in SUBJECTS:
        lines = [line for code in subject.codes if code.stage is not Stage.FILE for line in _lines(code)]
        parts += [f"## {subject.title}\n", table(head, lines)] if lines else []
    files = [code for code in REGISTER.values() if code.stage is Stage.FILE]
    parts += [
        "## Files that cannot be read\n",
        "These end the command with exit code 6 before a row is looked at.\n",
        table(("code", "message", "what to do", "why"), [(line[0], *line[4:]) for code in files for line in _lines(code)]),
        "## Codes of a command that ended early\n",
        "With `--json`, a command that ends before it has rows tells why as one finding.",
        "Its code is one of those above for a file, or one of these.\n",
        table(("code", "exit code"), [(f"`{code.name.lower()}`", str(int(code))) for code in ExitCode if code not in _NOT_FATAL]),
        "## Codes of operations\n",
        "When the platform refuses a request, the report quotes the platform's own code. These codes of that kind are bulkportal's own:\n",
        table(("code", "message", "why"), [(f"`{code.code}`", _plain(code.message), code.explanation) for code in OPERATIONS]),
    ]
    return "\n".join(parts)


_NOT_FATAL = (ExitCode.OK, ExitCode.ROWS_FAILED, ExitCode.INVALID, ExitCode.CHANGES, ExitCode.STALE)


def _lines(code: Code) -> Iterator[tuple[str, ...]]:
    """One line for each wording."""
    severity = "held" if code.holds else code.severity.value
    column = re.sub(r"\{(\w+)\}", lambda found: _columns_of(Kind(found[1])), code.column)
    for variant in ("", *code.variants):
        message, hint = (_plain(text) for text in code.sentences(variant))
        yield f"`{code.code}`", severity, column, FOUND_BY.get(code.stage, ""), message, hint, code.explanation


def _columns_of(kind: Kind) -> str:
    """The columns of a kind, unless they are many."""
    names = dict.fromkeys(f"`{one.name}`" for catalogue in (BUNDLES, POSITIONS) for one in catalogue.fields if one.kind is kind)
    return ", ".join(names) if len(names) <= 12 else f"every {KINDS[kind][0]} column"


def _plain(text: str) -> str:
    """A message with `{e.platform}` shown as *platform*."""
    return re.sub(r"\{([^{}]+)\}(?=([\w{]?))", lambda found: f"*{_placeholder(found[1])}*{found[2] and ' '}", text)


def _placeholder(name: str) -> str:
    for start, word in PLACEHOLDERS.items():
        if name.startswith(start) and not name.endswith("_count"):
            return word
    if name.endswith("_count") or name == "_edits_wanted":
        return "number"
    short = re.sub(r"^(?:[a-z]\.|_)|![a-z]$", "", name)
    return {"bundle_shown": "bundle", "remote_videos": "number", "remote_edits": "number"}.get(short, short.replace("_", " "))


# -- exit-codes.md

EXITS: Mapping[ExitCode, tuple[str, str]] = {
    ExitCode.OK: ("Every row is done or unchanged. `check`: no errors.", "Nothing."),
    ExitCode.USAGE: (
        "Wrong use or settings, or an import that takes credits or cannot be undone was not confirmed.",
        "Read the sentence; `--help` lists the options.",
    ),
    ExitCode.KEY: ("The API key is missing or was refused.", "Set `TOKPORTAL_API_KEY`."),
    ExitCode.ROWS_FAILED: ("Finished, but some rows are invalid, held, refused or unknown.", "Correct them in the report and import it."),
    ExitCode.TEMPORARY: (
        "Temporary trouble: rate, capacity, network, or an error of the server.",
        "Run the same command again later. Nothing is lost.",
    ),
    ExitCode.INVALID: (
        "Validation stopped it and nothing was sent: `check` with errors, `--all-or-nothing`, or a file that cannot be read.",
        "Correct what was found.",
    ),
    ExitCode.FAULT: (
        "A fault in bulkportal itself. A file with the details is written and named.",
        "Running again is safe. Report it with that file.",
    ),
    ExitCode.CREDITS: (
        "Stopped by `--max-credits`, by the balance, or by a price that moved.",
        "Raise the limit, buy credits, or look at the new plan.",
    ),
    ExitCode.CHANGES: ("`plan --detailed-exitcode`: there is something to do.", "Import it."),
    ExitCode.STALE: (
        "`apply`: the plan no longer fits the sheet or the platform. What moved is named; nothing was sent."
        if "apply" in COMMANDS
        else "The plan no longer fits. No command of this version gives it.",
        "Plan again.",
    ),
    ExitCode.LOCKED: ("Another run is working in this workspace. Nothing was sent.", "Wait until it has ended, then run again."),
    ExitCode.INTERRUPTED: ("Interrupted. What was in flight was finished or is remembered.", "Run the same command again; it goes on."),
}


def exits_page() -> str:
    """Every exit code."""
    rows = [(f"`{int(code)}`", *EXITS[code]) for code in ExitCode]
    return "\n".join(
        (
            NOTICE,
            "# Exit codes\n",
            "The codes are the same for every command and do not change between versions.\n",
            table(("code", "meaning", "what to do"), rows),
            "A run that was stopped (3, 5, 8, 130) says so even if rows failed as well; the JSON summary has the count of both.\n",
            "For `apply`, a line without an approval is no failure: its row waits.\n",
        )
    )


# -- cli.md


def cli_page() -> str:
    """Every command with its help, arguments and options."""
    parts = [NOTICE, "# Command line\n", table(("command", "does"), [(f"[`{name}`](#{name})", text) for name, (_, _, text) in COMMANDS.items()])]
    parts.append("`bulkportal --version` shows the version; `-h` or `--help` explains any command.")
    parts.append("`--no-color`, `--quiet` (`-q`) and `--verbose` (`-v`) are taken by all that work, also where they change nothing.\n")
    for name, (module, function, _) in COMMANDS.items():
        command: click.Command = getattr(importlib.import_module(module), function)
        parts += [f"## {name}\n", *_help(command.help or "")]
        ones = [(f"{name} {one}", found) for one, found in command.commands.items()] if isinstance(command, click.Group) else [(name, command)]
        for title, one in ones:
            parts += [] if one is command else [f"### {title}\n", *_help(one.help or "")]
            parts += [_usage(title, one), _options(one)]
    parts.append(_ENVIRONMENT)
    return "\n".join(parts)


def _help(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text).replace("\\b", "\b")):
        if paragraph.startswith("\b"):
            lines = [line.strip() for line in paragraph.lstrip("\b").strip().splitlines()]
            yield "```sh\n# for example\n" + "\n".join(lines) + "\n```\n"
        else:
            yield " ".join(paragraph.split()) + "\n"


def _usage(name: str, command: click.Command) -> str:
    arguments = [_argument(one) for one in command.params if isinstance(one, click.Argument)]
    return f"Usage: `{' '.join(('bulkportal', name, '[OPTIONS]', *arguments))}`\n"


def _argument(one: click.Argument) -> str:
    name = one.metavar or f"{one.name or ''}".upper()
    return name if one.required or name.startswith("[") else f"[{name}]"


def _options(command: click.Command) -> str:
    rows = []
    for one in command.params:
        if isinstance(one, click.Option) and not one.hidden:
            takes = "" if one.is_flag else f" {_takes(one)}"
            default = f" Default: `{one.default}`." if one.show_default and one.default is not None else ""
            rows.append((", ".join(f"`{name}{takes}`" for name in sorted(one.opts, key=len)), f"{one.help or ''}{default}"))
    return table(("option", "does"), rows) if rows else ""


def _takes(one: click.Option) -> str:
    if one.metavar:
        return one.metavar
    if isinstance(one.type, click.Choice):
        return "[" + "|".join(str(choice) for choice in one.type.choices) + "]"
    if isinstance(one.type, click.Path):
        return "DIRECTORY" if not one.type.file_okay else "FILE" if not one.type.dir_okay else "PATH"
    return "N"


_ENVIRONMENT = """## Environment

| variable | holds |
| --- | --- |
| `TOKPORTAL_API_KEY` | The API key. It is never an option, is never read from a sheet, and never reaches a report or the ledger. |
| `TOKPORTAL_API_KEY_FILE` | A file that holds the key, used when `TOKPORTAL_API_KEY` is not set. |
| `TOKPORTAL_BASE_URL` | The address of the API. `--base-url` wins over it. |
| `BULKPORTAL_HOME` | The folder of the ledger. Without it, the user's data folder of the operating system. |
| `NO_COLOR` | Any value switches colours off. |
"""

# -- platform.md

KIND_NOTES = {
    "Endpoints": "",
    "What a request takes": "Fields of bodies, query parameters, headers.",
    "What an answer holds": "The examples of the documents, field by field.",
    "Computed fields": "Read-only fields that the platform works out.",
    "Statuses": "What a status means, and what may be done in it.",
    "Rules and limits": "",
    "Prices": "In credits. Prices may change; bulkportal asks the platform for them and never relies on these.",
    "Errors": "The HTTP status and the code, in the spelling of the document.",
    "Blockers of publication": "What `publish-readiness` lists.",
}


def platform_page() -> str:
    """Every row of the platform's documents, with the tests that show it on the simulator."""
    sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]
    documents, proofs = importlib.import_module("tests.contract.documents"), importlib.import_module("tests.contract.proofs").proofs()
    tests, rows = {proof.test for proof in proofs}, {(proof.table, proof.row) for proof in proofs}
    first, *rest = documents.FIRST
    parts = [
        NOTICE,
        "# Platform\n",
        "What the platform's documents promise, and the test that shows it: over HTTP, against the [simulator](simulator.md).\n",
        f"{len(rows)} promises, {len(tests)} tests. A test fails when a row of a document has none.\n",
        f"The documents of edition 2026-02 are “{first}”, {', '.join(f'“{one}”' for one in rest)}. Where documents disagree, these win.",
        "The others describe edition 2026-05, the public contract; listed from them is what differs, and what the first five say nothing about.\n",
    ]
    for kind, note in KIND_NOTES.items():
        lines = [_promise(proof) for proof in proofs if proof.table.kind == kind]
        parts += [f"## {kind}\n", *([f"{note}\n"] if note else [])]
        parts.append(table(("row", "what the platform promises", "document", "edition", "test"), lines))
    return "\n".join(parts)


def _promise(proof: Any) -> tuple[str, ...]:
    file, _, name = proof.test.partition("::")
    test = f"[`{name}`](../../tests/contract/{file})"
    return proof.row, proof.promise, f"{proof.table.document}: {proof.table.title}", proof.editions[0] if len(proof.editions) == 1 else "both", test


# -- licences.md


def licences_page() -> str:
    """Every distribution that an installation or an extra brings, and its licence."""
    sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]
    licences = importlib.import_module("release.licences")
    found = licences.everything()
    always = [(one.name, one.licence) for one in found if not one.extras]
    more = [(one.name, one.licence, ", ".join(f"`{extra}`" for extra in one.extras)) for one in found if one.extras]
    parts = [
        NOTICE,
        "# Licences\n",
        "bulkportal itself stands under the MIT licence. What it brings says itself under what it stands;",
        "here as identifiers of SPDX, on Linux with Python 3.11.",
        "`BSD` stands where a library does not say which of the BSD licences it means. A test fails when one comes that is not among these:\n",
        f"- with every installation: {', '.join(f'`{one}`' for one in sorted(licences.ALLOWED))};",
        f"- with an extra besides: {', '.join(f'`{one}`' for one in sorted(licences.ALLOWED_IN_EXTRAS - licences.ALLOWED))}.\n",
        "`make sbom` writes a bill of materials (CycloneDX) of an installation, with versions.\n",
        f"## With every installation: {len(always)}\n",
        table(("distribution", "licence"), always),
        f"## With an extra: {len(more)}\n",
        "[What each extra is for](extras.md).\n",
        table(("distribution", "licence", "extras"), more),
    ]
    return "\n".join(parts)


PAGES: Mapping[str, Callable[[], str]] = {
    "reference/columns.md": columns_page,
    "reference/schemas.md": schemas_page,
    "reference/findings.md": findings_page,
    "reference/exit-codes.md": exits_page,
    "reference/cli.md": cli_page,
    "reference/platform.md": platform_page,
    "reference/licences.md": licences_page,
}


# -- the commands that pages show

SHOWN_PORT = "8700"
_BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$|^<!-- type (\S+) (\w+)!(\w+) ([^\n]+) -->$", re.DOTALL | re.MULTILINE)
_EXITS = re.compile(r"#.*\bexits (\d+)")
_DEMO = re.compile(r"^demo:.*\n\t@?\$\(BIN\)/(bulkportal .*)$", re.MULTILINE)


class WrongExit(Exception):
    """A command of a page did not end as the page says."""


@dataclass(slots=True)
class Player:
    """Runs the commands of one page, in order, in a folder of its own, against a simulator."""

    folder: Path
    stage: ExitStack = field(default_factory=ExitStack)
    simulator: RunningSimulator | None = None
    ran: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        shutil.copytree(ROOT / "sample_data", self.folder / "sample_data", ignore=shutil.ignore_patterns("*.py", ".*"))
        home = {"BULKPORTAL_HOME": str(self.folder / ".home"), "TOKPORTAL_API_KEY": "rehearsal"}
        self.stage.enter_context(mock.patch.dict(os.environ, home))
        self.stage.enter_context(chdir(self.folder))
        self.stage.enter_context(mock.patch.object(sys, "stdin", io.StringIO()))
        self.simulate(["--data", "sample_data/good_launch/remote.json"])
        return self

    def __exit__(self, *_: object) -> None:
        self.stage.close()

    def simulate(self, options: list[str]) -> str:
        """Start a simulator in the place of the one that runs."""
        given = dict(zip(options[::2], options[1::2], strict=True))
        data = given.get("--data")
        edition = given.get("--edition", "2026-02")
        self.simulator = self.stage.enter_context(RunningSimulator(data=Path(data) if data else None, edition=edition, rate=100_000))
        os.environ["TOKPORTAL_BASE_URL"] = self.simulator.base_url
        return f"{self.simulator.base_url}\nServing until interrupted (Ctrl-C). Any key is accepted; nothing here is real.\n"

    def play(self, line: str) -> str:
        """Run one line as a shell would; its standard output. Raises WrongExit."""
        expected = int(found[1]) if (found := _EXITS.search(line)) else 0
        words = shlex.split(line, comments=True)
        match words:
            case ["bulkportal", "simulate", *options]:
                return self._plain(self.simulate(options))
            case ["bulkportal", *arguments]:
                output, code = self._run(arguments)
            case ["make", "demo"]:
                recipe = _DEMO.search((ROOT / "Makefile").read_text(encoding="utf-8"))
                output, code = self._run(shlex.split(recipe[1])[1:] if recipe else [])
            case ["cp", source, target]:
                shutil.copy(source, target)
                return ""
            case ["mkdir", folder]:
                Path(folder).mkdir()
                return ""
            case ["curl", *options]:
                return self._ask(options)
            case _:
                return ""
        self.ran.append(line)
        if code != expected:
            raise WrongExit(f"{line!r} exits {code}, not {expected}:\n{output}")
        return self._plain(output)

    def _run(self, arguments: list[str]) -> tuple[str, int]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(arguments)
        return out.getvalue() or ("" if code in (0, 4) else err.getvalue()), code

    def _ask(self, options: list[str]) -> str:
        url = next(word for word in options if word.startswith("http"))
        given = dict(zip(options, [*options[1:], ""], strict=True))
        origin = self.simulator.operator_url.removesuffix("/_sim") if self.simulator else ""
        method = given.get("-X", "POST" if "-d" in given else "GET")
        answer = httpx.request(method, origin + httpx.URL(url).path, content=given.get("-d", "").encode())
        answer.raise_for_status()
        return answer.text + "\n"

    def _plain(self, text: str) -> str:
        """The output without what differs each time."""
        text = text.replace(f"{self.folder.resolve()}/", "").replace(f"{self.folder}/", "")
        text = re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{SHOWN_PORT}", text)
        text = re.sub(r"\bBy \d{4}-\d\d-\d\d \d\d:\d\d UTC", "By 2027-03-04 09:00 UTC", text)
        text = re.sub(r"\bon \d{4}-\d\d-\d\d \d\d:\d\d UTC; it may", "on 2027-03-01 09:00 UTC; it may", text)
        text = re.sub(r"(?<=holds until )(\d{4}-\d\d-\d\d)(?= 00:00 UTC)", _day_of_the_page, text)
        text = re.sub(r"run-\d{8}-\d{6}-[0-9a-f]{6}", "run-20270301-090000-4c1f7a", text)
        seen: dict[str, str] = {}
        return re.sub(r"\bbp_[0-9a-f]{32}", lambda found: seen.setdefault(found[0], f"bp_1f0c5e7a9b3d4826a1c2e3f4051627{len(seen) + 10}"), text)


def _day_of_the_page(found: re.Match[str]) -> str:
    """A day that is soon, as those of the demo's launch are, by the calendar of the pages; one that a sheet names stays."""
    return "2027-03-09" if abs(date.fromisoformat(found[0]) - datetime.now(UTC).date()) < timedelta(days=30) else found[0]


def _type_in(file: str, sheet: str, cell: str, text: str) -> None:
    """Change one cell of a workbook, as a reader of the page would."""
    book = load_workbook(file)
    book[sheet][cell] = text
    book.save(file)
    book.close()


def played(text: str, folder: Path, player_of: type[Player] = Player) -> tuple[str, list[str]]:
    """A page with the true output of its commands, and the commands that were run."""
    with player_of(folder) as player:

        def block(found: re.Match[str]) -> str:
            kind, body, *typed = found.groups()
            if kind is None:
                _type_in(*typed)
                return found[0]
            if kind == "sh":
                for line in body.splitlines():
                    player.play(line)
                return found[0]
            lines = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
            return "```console\n" + "".join(f"$ {line}\n{player.play(line)}" for line in lines) + "```"

        return _BLOCK.sub(block, text), player.ran


def written_by_hand() -> list[Path]:
    """The pages whose commands are played."""
    generated = {DOCS / name for name in PAGES}
    return [ROOT / "README.md", *(path for path in sorted(DOCS.rglob("*.md")) if path not in generated)]


def main() -> None:
    """Write every page."""
    for name, make in PAGES.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
    for path in written_by_hand():
        with tempfile.TemporaryDirectory() as folder:
            text, _ = played(path.read_text(encoding="utf-8"), Path(folder))
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
