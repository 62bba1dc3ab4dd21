"""The page of a large report in a real browser: how long it takes to open, to filter, to sort and to show all.

    python benchmarks/page.py                 10,000 rows
    python benchmarks/page.py --rows 2000

Filtering is measured from the key press to the next frame that is drawn, in the page itself. It needs Chromium.
Exit code 1 if filtering takes a second or more.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from playwright.sync_api import Page, sync_playwright  # noqa: E402  this checkout, whatever is installed

from tests.html.pages import bundle, status_page  # noqa: E402

BOUND = 1000.0
"""Milliseconds."""

_DRAWN = """async (step) => {
  const began = performance.now();
  step();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""
_SEARCH = "const one = document.querySelector('#list input'); one.value = '{}'; one.dispatchEvent(new Event('input', {{ bubbles: true }}))"
STEPS = {
    "filter, a tenth matches": _SEARCH.format("nova-0"),
    "filter, one matches": _SEARCH.format("00042"),
    "filter, none matches": _SEARCH.format("nowhere"),
    "all again": _SEARCH.format(""),
    "sort by credits": "[...document.querySelectorAll('#list thead button')].find((one) => one.textContent === 'Credits').click()",
    "lay all of them out": "document.querySelector('#list .more').click()",
}


def main() -> int:
    """Make the page, open it, and print what it took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000)
    count = parser.parse_args().rows
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        print("no Chromium on this machine: apt-get install chromium")
        return 0
    with tempfile.TemporaryDirectory(prefix="bulkportal-bench-") as name, sync_playwright() as playwright:
        began = time.perf_counter()
        path = status_page(Path(name), [bundle(number) for number in range(count)])
        print(f"{count} rows: written in {1000 * (time.perf_counter() - began):.0f} ms, {path.stat().st_size / 1e6:.1f} MB")
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        page.goto(path.as_uri())
        taken = {"opened, ready to filter": page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"), **_steps(page)}
        browser.close()
    for step, milliseconds in taken.items():
        print(f"{step:<28}{milliseconds:>8.0f} ms")
    return int(max(milliseconds for step, milliseconds in taken.items() if step.startswith("filter")) >= BOUND)


def _steps(page: Page) -> dict[str, float]:
    return {name: page.evaluate(f"({_DRAWN})(() => {{ {code}; }})") for name, code in STEPS.items()}


if __name__ == "__main__":
    sys.exit(main())
