"""The recipes "Add a rule" and "Add a column" of CONTRIBUTING.md, played in a copy of the tree: the files that they name are enough."""

from __future__ import annotations

from pathlib import Path

from tests.docs.copies import named_in, passed, play, run_in

RULE = {
    "codes/video_codes.py": [
        (
            '    Code(\n        code="position_missing",',
            """    Code(
        code="location_shouted",
        message="The location {instagram_location} is written in capitals.",
        hint="Write it as people do.",
        column="`instagram_location`",
        explanation="Nobody finds a place that is written so.",
        severity=Severity.WARNING,
    ),
""",
        )
    ],
    "check/position_rules.py": [
        (
            '    Rule("position_missing",',
            '    Rule("location_shouted", "instagram_location", pl.col("instagram_location").str.contains(r"^[A-Z ]+$")),\n',
        )
    ],
    "sample_data/mistakes.py": [
        (
            '    videos.add(tok, ("external_ref", "text_too_long")',
            '    videos.add("host-instagram", ("instagram_location", "location_shouted"), instagram_location="ROME")\n',
        )
    ],
}
COLUMN = {
    "columns/positions.py": [
        (
            '        Field(\n            name="instagram_location",',
            """        Field(
            name="tiktok_effect",
            title="TikTok effect",
            kind=Kind.TEXT,
            platforms=("tiktok",),
            only_for=("video",),
            help="The effect of the video.",
        ),
""",
        )
    ],
    "simulator/content.py": [('    "youtube_sound_url": None,\n', '    "tiktok_effect": None,\n')],
    "simulator/views.py": [('    "editing_instructions",\n', '    "tiktok_effect",\n')],
}


def test_a_rule_that_is_added_by_the_recipe_finds_what_was_planted(tmp_path: Path) -> None:
    """In the samples, at its cell, and nothing else; and the schema has it."""
    folder = play(tmp_path, RULE, "sample_data", "tests/laws/test_sums.py")
    named = "from bulkportal import schemas; print([check.name for check in schemas.videos().columns['instagram_location'].checks])"
    assert "location_shouted" in run_in(folder, "-c", f"import sys; sys.path.insert(0, 'sample_data'); import make; make.main(); {named}")
    assert "location_shouted" in (folder / "sample_data" / "every_mistake" / "planted.csv").read_text("utf-8")
    assert passed(folder, "tests/laws/test_sums.py", "-k", "every_planted_mistake_is_found_and_nothing_else")
    assert RULE.keys() <= named_in("Add a rule")


def test_a_column_that_is_added_by_the_recipe_obeys_the_laws(tmp_path: Path) -> None:
    """Of one type on one platform, by its field alone: sent once, exported, imported back, and told where it does not belong."""
    law = "tests/laws/test_every_field.py"
    folder = play(tmp_path, COLUMN, law)
    assert len(passed(folder, law, "-k", "of_a_video and tiktok")) == 2
    assert COLUMN.keys() <= named_in("Add a column")
