"""Change the code of a room in small ways, one at a time, and look whether a test notices.

    python release/mutants.py plan --count 60 --seed 1

What can be changed (comparisons, `and` and `or`, masks, signs, numbers, conditions, returns, raises, calls for their effect) is drawn by the seed.
For each change the tests that run the changed line are run, the quickest first, until one fails. Nothing is written: the changed module lives in
a process that is forked for it. What a test starts as a program of its own is not changed, so it cannot notice.

Ends with 1 where fewer are noticed than `--least` per cent.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("polars", "pandera.polars", "openpyxl", "httpx", "hypothesis", "pytest", "coverage", "click", "starlette.applications", "uvicorn")
"""What tests load first, none of it ours: loaded once, before processes are forked."""

ROOMS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "check": (["bulkportal/check/*.py"], ["tests/check"]),
    "plan": (["bulkportal/plan/*.py"], ["tests/plan", "tests/pipeline", "tests/undoing"]),
    "ledger": (
        ["bulkportal/apply/ledger.py", "bulkportal/apply/ledger_file.py", "bulkportal/apply/recovery.py", "bulkportal/apply/lease.py"],
        ["tests/apply", "tests/laws/test_every_operation.py", "tests/laws/test_edited_between.py"],
    ),
}
"""A room: its files, and the tests that speak of it."""

_OTHER: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One way to change a file: its line, what becomes of it in words, and what does it to the parsed file."""

    line: int
    words: str
    apply: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Known:
    """What the unchanged room showed: the tests that run a line of a file, and the seconds of each test."""

    of_line: Mapping[str, Mapping[int, list[str]]]
    seconds: Mapping[str, float]

    def tests(self, file: Path, line: int) -> list[str]:
        """The tests that run a line, the quickest first; all of them, if it runs when its module is loaded."""
        found = self.of_line.get(str(file), {}).get(line, [])
        return sorted({test for test in found if test} or ({*self.seconds} if "" in found else ()), key=lambda test: self.seconds.get(test, 0))


def changes(tree: ast.Module) -> list[Change]:
    """Every way to change a file, in the order of its text; types, and what decorates, are left out."""
    aside = {id(inner) for part in _beside_the_code(tree) for inner in ast.walk(part)}
    return sorted((change for node in ast.walk(tree) if id(node) not in aside for change in _of(node)), key=lambda one: one.line)


def _beside_the_code(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        yield from getattr(node, "decorator_list", ())
        yield from (part for name in ("annotation", "returns") if isinstance(part := getattr(node, name, None), ast.expr))


def _of(node: ast.AST) -> Iterator[Change]:
    yield from _of_operators(node)
    yield from _of_values(node)
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.If() | ast.For() | ast.With() | ast.Try():
            yield from _dropped(node.body)
            yield from _dropped(getattr(node, "orelse", []))


def _of_operators(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _OTHER:
            yield _swapped(node, operator, lambda new: setattr(node, "ops", [new]))
        case ast.BoolOp(op=operator) | ast.BinOp(op=operator) | ast.AugAssign(op=operator) if type(operator) in _OTHER and not _is_text(node):
            yield _swapped(node, operator, lambda new: setattr(node, "op", new))
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            word = "not" if isinstance(node.op, ast.Not) else "~"
            yield Change(node.lineno, f"{word} is left out in {_short(node)}", lambda: _doubled(node))


def _of_values(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if isinstance(test, ast.Name | ast.Call | ast.Attribute):
            turned = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
            yield Change(node.lineno, f"the condition {_short(test)} is turned round", lambda: setattr(node, "test", turned))
        case ast.Constant(value=bool() as value):
            yield Change(node.lineno, f"{value} becomes {not value}", lambda: setattr(node, "value", not value))
        case ast.Constant(value=int() as number):
            yield Change(node.lineno, f"{number} becomes {number + 1}", lambda: setattr(node, "value", number + 1))
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            nothing = ast.copy_location(ast.Constant(None), value)
            yield Change(node.lineno, f"return {_short(value)} becomes return None", lambda: setattr(node, "value", nothing))


def _dropped(body: list[ast.stmt]) -> Iterator[Change]:
    for number, statement in enumerate(body):
        match statement:
            case ast.Raise() | ast.Expr(value=ast.Call() | ast.Await()):
                nothing = ast.copy_location(ast.Pass(), statement)
                yield Change(statement.lineno, f"{_short(statement)} is left out", lambda at=number, new=nothing: body.__setitem__(at, new))


def _doubled(node: ast.UnaryOp) -> None:
    """`not x` becomes `not not x`, and `~x` becomes `~~x`."""
    node.operand = ast.copy_location(ast.UnaryOp(node.op, node.operand), node.operand)


def _swapped(node: ast.expr | ast.stmt, operator: ast.AST, put: Callable[[ast.AST], object]) -> Change:
    new = _OTHER[type(operator)]
    return Change(node.lineno, f"{type(operator).__name__} becomes {new.__name__} in {_short(node)}", lambda: put(new()))


def _is_text(node: ast.AST) -> bool:
    """Whether texts are joined: `-` of them cannot even run."""
    return isinstance(node, ast.BinOp) and any(
        isinstance(one, ast.JoinedStr) or isinstance(getattr(one, "value", None), str) for one in (node.left, node.right)
    )


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) < 80 else f"{text[:77]}..."


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from its changed code, and leaves all others alone."""

    def __init__(self, name: str, file: Path, code: CodeType) -> None:
        self._name, self._file, self._code = name, file, code

    def find_spec(self, fullname: str, *_: object) -> object:
        return importlib.util.spec_from_file_location(fullname, self._file, loader=self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102 - that is what it is for


def _in_a_process(work: Callable[[], int], seconds: float, said: Path | None = None) -> int | None:
    """What a forked process ends with; None if it was stopped after so many seconds. What it prints goes to a file, or nowhere."""
    pid = os.fork()
    if not pid:
        os.setpgid(0, 0)
        out = os.open(said or os.devnull, os.O_WRONLY | os.O_CREAT)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os._exit(work())
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (ended := os.waitpid(pid, os.WNOHANG)) != (0, 0):
            return os.waitstatus_to_exitcode(ended[1])
        time.sleep(0.05)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def _pytest(tests: Sequence[str], *plugins: object) -> int:
    import pytest

    # Libraries are loaded before pytest could look at their asserts; ours are not.
    return int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", *tests], plugins=list(plugins)))


def look(files: Sequence[Path], tests: Sequence[str]) -> Known:
    """Run the tests once on what is unchanged; which of them runs which line. Ends the program where one fails."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        said, printed = Path(scratch, "known.json"), Path(scratch, "printed.txt")

        def work() -> int:
            import coverage

            cover = coverage.Coverage(data_file=str(Path(scratch, "data")), branch=False, include=[str(file) for file in files])
            cover.start()
            seconds: dict[str, float] = {}

            class Watch:
                def pytest_runtest_setup(self, item: object) -> None:
                    cover.switch_context(item.nodeid)  # type: ignore[attr-defined]  # pytest's item

                def pytest_runtest_logreport(self, report: object) -> None:
                    seconds[report.nodeid] = seconds.get(report.nodeid, 0.0) + report.duration  # type: ignore[attr-defined]  # pytest's report

            ended = _pytest(tests, Watch())
            cover.stop()
            data = cover.get_data()
            said.write_text(json.dumps([{str(file): data.contexts_by_lineno(str(file)) for file in files}, seconds]), "utf-8")
            return ended

        ended = _in_a_process(work, 7200, printed)
        if ended != 0:
            raise SystemExit(f"{printed.read_text('utf-8')[-4000:]}\nThe tests of what is unchanged end with {ended}: mend that first.")
        of_line, seconds = json.loads(said.read_text("utf-8"))
    return Known({file: {int(line): names for line, names in lines.items()} for file, lines in of_line.items()}, seconds)


def noticed(file: Path, number: int, tests: Sequence[str], seconds: float) -> str:
    """Whether a test fails on the change of that number: `noticed`, `survived`, or `stopped` after so many seconds."""
    if not tests:
        return "not run"

    def work() -> int:
        tree = ast.parse(file.read_text("utf-8"))
        changes(tree)[number].apply()
        code = compile(ast.fix_missing_locations(tree), str(file), "exec")
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        sys.meta_path.insert(0, _Changed(name, file, code))
        return _pytest(tests)

    ended = _in_a_process(work, seconds)
    return "stopped" if ended is None else "noticed" if ended else "survived"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120, help="after which a change counts as stopped: it may run in circles")
    parser.add_argument("--least", type=float, default=0, help="per cent that must be noticed")
    parser.add_argument("--tests", nargs="+", help="other tests than those of the room")
    asked = parser.parse_args()
    for library in LIBRARIES:
        importlib.import_module(library)
    patterns, tests = ROOMS[asked.room]
    files = [file for pattern in patterns for file in sorted(ROOT.glob(pattern))]
    known = look(files, asked.tests or tests)
    every = [(file, number, change) for file in files for number, change in enumerate(changes(ast.parse(file.read_text("utf-8"))))]
    drawn = random.Random(asked.seed).sample(every, min(asked.count, len(every)))
    print(
        f"{asked.room}: {len(every)} changes in {len(files)} files, {len(drawn)} drawn by seed {asked.seed}, {len(known.seconds)} tests", flush=True
    )
    counts: Counter[str] = Counter()
    lost: defaultdict[str, list[str]] = defaultdict(list)
    for file, number, change in sorted(drawn, key=lambda one: (one[0], one[1])):
        became = noticed(file, number, known.tests(file, change.line), asked.seconds)
        counts[became] += 1
        if became != "noticed":
            lost[became].append(f"{file.relative_to(ROOT)}:{change.line} {change.words}")
            print(f"  {became:8} {lost[became][-1]}", flush=True)
    share = 100 * (counts["noticed"] + counts["stopped"]) / len(drawn)
    print(f"{asked.room}: {dict(counts)}, {share:.0f} % noticed (those that were stopped among them)")
    return int(share < asked.least)


if __name__ == "__main__":
    sys.exit(main())
