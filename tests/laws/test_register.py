"""Every code stands once in the register, with its words; the package says no other code, and no words of its own beside one."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import bulkportal
from bulkportal.codes import REGISTER, SUBJECTS
from bulkportal.codes.operation_codes import OPERATIONS
from bulkportal.columns.field import Kind
from bulkportal.sheets.table import CellProblem

ROOT = Path(bulkportal.__file__).parent
SAYERS = {"found": 0, "MediaProblem.of": 0, "UnreadableInput.of": 0, "FailureFacts.of": 0, "Rule": 0, "_at_header": 0, "blame": 2}
"""What says a code, and where among its arguments the code stands."""
MADE = {problem.value for problem in CellProblem} | {f"{kind}_invalid" for kind in Kind}
"""Codes that are made of another word."""


def trees() -> Iterator[ast.Module]:
    """Every module but those of the register; the simulator answers with the platform's codes, not with ours."""
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] not in ("codes", "simulator"):
            yield ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, ast.Call, dict[str, ast.expr]]]:
    """Every call with its name and its named arguments."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                yield name if name in SAYERS else name.rpartition(".")[2], node, {word.arg: word.value for word in node.keywords if word.arg}


def literals(node: ast.expr | None) -> set[str]:
    """The texts that an argument may be, if they are written there."""
    match node:
        case ast.Constant(value=str(text)) if text:
            return {text}
        case ast.IfExp(body=body, orelse=other):
            return literals(body) | literals(other)
        case _:
            return set()


def said() -> set[str]:
    """Every code that is written where a code is said."""
    found: set[str] = set()
    for name, node, given in calls():
        found |= literals(given.get("code"))
        if name in SAYERS and len(node.args) > SAYERS[name]:
            found |= literals(node.args[SAYERS[name]])
    return {text for text in found if re.fullmatch(r"\w+", text)}


def test_every_code_that_is_said_is_in_the_register() -> None:
    """Nothing can be found that has no severity, no reason and no place on the page of findings."""
    codes = said()
    assert len(codes) > 150
    assert codes - REGISTER.keys() == set()


def test_no_code_and_no_wording_is_in_the_register_that_nobody_says() -> None:
    """Each name of a code, and of a variant, stands somewhere in the package."""
    texts = {node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = REGISTER.keys() | {variant for code in REGISTER.values() for variant in code.variants}
    assert names - texts - MADE == set()


def test_no_words_stand_beside_a_code_but_in_the_register() -> None:
    """Whoever says a code gives the words for its braces, never a sentence."""
    beside = [(name, literals(given["code"])) for name, _, given in calls() if "message" in given and literals(given.get("code"))]
    assert beside == []


def test_every_code_is_declared_once_and_whole() -> None:
    """One declaration each; sentences end as sentences do; nothing is left out."""
    declared = [code for subject in SUBJECTS for code in subject.codes]
    assert max(Counter(code.code for code in (*declared, *OPERATIONS)).values()) == 1
    for code in declared:
        assert re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)*", code.code)
        assert code.column and code.explanation.endswith("."), code.code
        for message, hint in map(code.sentences, ("", *code.variants)):
            assert hint and message.endswith((".", "?", "!", "}")), (code.code, message)
