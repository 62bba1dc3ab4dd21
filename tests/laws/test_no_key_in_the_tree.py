"""No key of anybody's is in the repository: what looks like one is a fake that is named here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

ROOT = Path(__file__).parents[2]

SHAPES = {
    "a key of the platform": r"\btok_(?:live|test)_\w{5,}",
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a key of Google": r"\bAIza[\w-]{35}",
    "a token of GitHub": r"\b(?:gh[pousr]_\w{36,}|github_pat_\w{22,})",
    "a token of Slack": r"\bxox[abeoprs]-[\w-]{10,}",
    "a web hook of Slack": r"hooks\.slack\.com/services/[\w/]{20,}",
    "a signed token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16,}",
    "a password in an address": r"\b[a-z][a-z0-9+]*://[^\s/:@\"'{}<>]+:(?P<secret>[^\s/@\"'{}<>]{4,})@[\w\[]",
}
PATTERNS = {name: re.compile(pattern.encode()) for name, pattern in SHAPES.items()}

FAKES = {
    "tok_live_0123456789",
    "tok_live_0123456789ab",
    "tok_live_0123456789abcdef",
    "tok_live_SECRET0123456789abcdef",
    "tok_live_abcdefgh12345",
    "tok_live_another",
    "tok_live_bench",
    "tok_live_by_hand",
    "tok_live_chaos_0123456789",
    "tok_live_colleague",
    "tok_live_other",
    "tok_live_refused",
    "tok_live_revoked",
    "tok_live_s3cret",
    "(hidden)",
    "12#3",
    "SECRET-9",
    "Secret4you",
    "Secret4you#x",
    "password",
    "pw-0123",
    "pw-1234",
    "pw-SECRET",
    "s3cret",
    "secret",
}
"""What tests, samples and pages use in place of a secret. None opens anything."""


def tracked() -> list[Path]:
    """Every file that is, or would be, committed; all but what is passed over, where there is no repository."""
    try:
        command = ["git", "ls-files", "-coz", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        return [path for path in (ROOT / name for name in names if name) if path.is_file()]
    except (OSError, subprocess.CalledProcessError):
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(ROOT).parts)
        ]


def secrets_in(content: bytes) -> set[tuple[str, str]]:
    """The kinds and texts of all that looks like a secret, fakes included."""
    return {
        (name, (found["secret"] if "secret" in pattern.groupindex else found[0]).decode("utf-8", "replace"))
        for name, pattern in PATTERNS.items()
        for found in pattern.finditer(content)
    }


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a key of the platform", ("tok_", "live_", "9f8e7d6c5b4a")),
        ("a key of AWS", ("AK", "IA", "Q3EGRIGPPPZ5JHFA")),
        ("a key of Google", ("AI", "za", "SyD" + "4f" * 16)),
        ("a token of GitHub", ("gh", "p_", "a1B2" * 9)),
        ("a token of Slack", ("xo", "xb-", "123456789012-abcdef")),
        ("a web hook of Slack", ("hooks.slack", ".com/services/", "T01234567/B01234567/abcdef")),
        ("a signed token", ("ey", "Jhbciom9x9.ey", "Jzdwioiixmi.c2lnbmF0dXJl")),
        ("a private key", ("-----BEGIN OPENSSH ", "PRIVATE KEY-----\n", "b3BlbnNzaC1rZXktdjEAAAAA")),
        ("a password in an address", ("postgresql://ann:", "correct-horse", "@db.example.com/books")),
    ],
)
def test_a_secret_of_each_shape_is_found(name: str, parts: tuple[str, ...]) -> None:
    """So that the test below can fail; in parts, so that this file holds none."""
    assert [kind for kind, _ in secrets_in("".join(parts).encode())] == [name]


def test_the_tree_holds_no_secret_but_named_fakes() -> None:
    """As text, and inside workbooks and other archives."""
    found: dict[tuple[str, str], str] = {}
    for path in tracked():
        contents = [path.read_bytes()]
        if is_zipfile(path):
            with ZipFile(path) as package:
                contents += [package.read(name) for name in package.namelist()]
        for content in contents:
            found |= dict.fromkeys(secrets_in(content), path.relative_to(ROOT).as_posix())
    strangers = {place: secret for secret, place in found.items() if secret[1] not in FAKES}
    assert strangers == {}
