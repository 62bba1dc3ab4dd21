"""The documentation as a site: `make docs`.

The pages are plain Markdown, read as well where the code is; here they get a table of contents, a search that runs in the browser, and links
that are checked when the site is built.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sphinx.application import Sphinx

from bulkportal.version import __version__

project = "bulkportal"
release = __version__
extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["generate.py"]
myst_heading_anchors = 4
nitpicky = True

_ELSEWHERE = {
    "../../README.md": "../index.rst",
    "../../CHANGELOG.md": "../project/changelog.md",
    "../../CONTRIBUTING.md": "../project/contributing.md",
    "../../SECURITY.md": "../project/security.md",
    "../../bulkportal/lossless/README.md": "../project/lossless.md",
}
"""Files beside the documentation that pages link to, and the pages that show them here."""

html_theme = "furo"
html_title = "bulkportal"
html_static_path = ["_static"]
html_js_files = ["accessible.js"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}


def setup(app: Sphinx) -> None:
    """Let links to files beside the documentation lead to the pages that show them."""
    app.connect("source-read", _lead_inside)


def _lead_inside(_: Sphinx, __: str, source: list[str]) -> None:
    for file, page in _ELSEWHERE.items():
        source[0] = source[0].replace(f"]({file}", f"]({page}")
