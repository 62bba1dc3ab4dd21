"""The fingerprint of a launch: of its sheets, and of nothing that lies beside them."""

from __future__ import annotations

from pathlib import Path

from bulkportal.sheets.fingerprint import fingerprint


def test_a_folder_is_known_by_its_tables_alone(tmp_path: Path) -> None:
    """A video that is dropped beside them, or a report, changes none; another text, name or table does."""
    (tmp_path / "videos.csv").write_text("bundle,position\none,1\n", "utf-8")
    known = fingerprint(tmp_path)
    (tmp_path / "1.mp4").write_bytes(b"a film")
    (tmp_path / "launch.report.xlsx").write_bytes(b"a report")
    (tmp_path / "more").mkdir()
    assert fingerprint(tmp_path) == known
    (tmp_path / "bundles.csv").write_text("bundle\none\n", "utf-8")
    assert fingerprint(tmp_path) != known
    (tmp_path / "bundles.csv").unlink()
    (tmp_path / "videos.csv").rename(tmp_path / "other.csv")
    assert fingerprint(tmp_path) != known


def test_a_file_that_is_gone_is_another_one(tmp_path: Path) -> None:
    """Who waits for it is told, and nothing breaks."""
    file = tmp_path / "launch.xlsx"
    file.write_bytes(b"cells")
    known = fingerprint(file)
    file.write_bytes(b"others")
    assert fingerprint(file) != known
    file.unlink()
    assert fingerprint(file) != known
