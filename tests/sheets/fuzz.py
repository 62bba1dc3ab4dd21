"""Damage files of every kind for a bounded time and read them: `python -m tests.sheets.fuzz [SECONDS] [SEED]`.

Whatever the damage, the answer is tables or a refusal in words, within five seconds; anything else is
written beside the working folder and ends the program with 1.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from bulkportal.errors import UnreadableInput
from tests.sheets import handmade
from tests.sheets.test_formats import BOOKS, tables
from tests.sheets.test_reader import BOOK

SLOW = 5.0


def damaged(book: bytes, chance: random.Random) -> bytes:
    """The file with a few bytes changed, and often cut."""
    data = bytearray(book)
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)


def main(seconds: float, seed: int) -> int:
    """Damage and read until the time is over; 1 if anything escaped."""
    chance, books = random.Random(seed), {**BOOKS, "xlsx": BOOK, **handmade.packages()}
    until, count, escaped = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        kind = chance.choice([*books, "parts"])
        data = handmade.damaged(chance) if kind == "parts" else damaged(books[kind], chance)
        started, trouble = time.process_time(), ""
        try:
            tables(data)
        except UnreadableInput:
            pass
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            trouble = f"{type(error).__name__}: {error}"
        if time.process_time() - started > SLOW:
            trouble = trouble or "slow"
        if trouble:
            escaped += 1
            Path(f"escaped-{seed}-{count}.{kind.replace(' ', '-')}").write_bytes(data)
            sys.stderr.write(f"{kind}: {trouble}\n")
        count += 1
    sys.stdout.write(f"{count} damaged files read, {escaped} escaped (seed {seed})\n")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main(float((sys.argv[1:2] or ["60"])[0]), int((sys.argv[2:3] or ["1"])[0])))
