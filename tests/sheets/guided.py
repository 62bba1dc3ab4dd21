"""Let atheris search for bytes that bring the readers down: `python -m tests.sheets.guided [SECONDS]`.

It follows which lines its bytes reach. Without it (`pip install atheris`, which has no wheels for every Python) this says so.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys


def main(seconds: int) -> None:
    """Search until the time is over; the program ends with another code than 0 if anything escaped."""
    if importlib.util.find_spec("atheris") is None:
        sys.stdout.write("atheris is not installed: no guided search (pip install atheris)\n")
        return
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["bulkportal.sheets"]):
        reader = importlib.import_module("bulkportal.sheets.reader")
    refused = importlib.import_module("bulkportal.errors").UnreadableInput

    def once(data: bytes) -> None:
        try:
            reader.read_stream(data, label="launch", recognise=len)
        except refused:
            return

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-timeout=10"], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
