"""A stranger's word on a page cannot turn what stands around it, nor carry a secret."""

from __future__ import annotations

from pathlib import Path

from tests.html.pages import bundle, status_page


def test_marks_that_turn_the_reading_order_are_shown(tmp_path: Path) -> None:
    """As escapes; those that only belong to a script stay, and so does all other text."""
    names = ["invoice\u202egpj.exe", "a\u2066b\u2069", "c\u009b31m", "שלום\u200f", "tok_live_abcdefgh12345"]
    page = status_page(tmp_path, [bundle(number, name=name) for number, name in enumerate(names)]).read_text("utf-8")
    assert "invoice\\u202egpj.exe" in page and "a\\u2066b\\u2069" in page and "c\\u009b31m" in page
    assert "שלום\u200f" in page
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u009b") & set(page)
    assert "tok_live" not in page and "(hidden)" in page
