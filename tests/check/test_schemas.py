"""The schemas judge typed rows as `check` judges a sheet."""

from __future__ import annotations

import random
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrors, SchemaWarning

from bulkportal import schemas
from bulkportal.check import casting
from bulkportal.check.bundle_rules import BUNDLE_RULES
from bulkportal.check.checker import understand
from bulkportal.check.findings import Severity, ValidationResult
from bulkportal.check.position_rules import POSITION_RULES
from bulkportal.check.rules import Rule, bounds
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue, Field, Kind
from bulkportal.columns.positions import POSITIONS
from tests.check.sheets import TODAY, checked, table

RULES: Mapping[str, tuple[Rule, ...]] = {"bundle": (*bounds(BUNDLES), *BUNDLE_RULES), "position": (*bounds(POSITIONS), *POSITION_RULES)}


def failures(schema: schemas.SheetSchema, frame: pl.DataFrame) -> set[tuple[int, str, str]]:
    """Row, column and code of each failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaWarning)
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as problem:
            return set(problem.failure_cases.select("index", "column", "check").rows())
    return set()


def said(found: ValidationResult, kind: str) -> set[tuple[int, str, str]]:
    """Row (from 0), column and code of each finding of a rule that is an error."""
    ruled = {rule.code for rule in RULES[kind] if rule.severity is Severity.ERROR}
    sheet = {"bundle": "Bundles", "position": "Videos"}[kind]
    return {(one.row - 2, one.column, one.code) for one in found.errors if one.file == sheet and one.code in ruled and one.row and one.column}


def typed(rows: Sequence[Mapping[str, object]], catalogue: Catalogue, name: str) -> pl.DataFrame:
    """The rows as a script would have them, with the columns of the catalogue and no other."""
    read = understand([table(rows, name)])
    return (read.bundles if name == "Bundles" else read.positions).select(catalogue.names)


def value(known: Field, luck: random.Random) -> str:
    """A text that can be read as a value of the field, right or wrong."""
    match known.kind:
        case Kind.INTEGER:
            return str(luck.choice([-1, 0, 1, 2, 3, 40, 101]))
        case Kind.BOOLEAN:
            return luck.choice(["yes", "no"])
        case Kind.DATE:
            return str(TODAY + timedelta(days=luck.choice([0, 2, 3, 4, 30])))
        case Kind.CHOICE:
            return luck.choice(known.choices)
        case Kind.URL | Kind.MEDIA:
            return luck.choice(["https://www.tiktok.com/music/song-7004", "https://cdn.example/one.mp4"])
        case Kind.MEDIA_LIST:
            return "https://cdn.example/1.jpg; https://cdn.example/2.jpg"
        case Kind.LIST:
            return "one; two"
        case _:
            longest = [] if known.max_length is None else ["x" * (known.max_length + 1)]
            return luck.choice(["Spring", "US", "someone_1", *longest])


def rows_of(catalogue: Catalogue, luck: random.Random, names: Sequence[str]) -> list[dict[str, str]]:
    """Rows in which each cell is filled or not; none acts, and none has an id, of which only the platform could say more."""
    left_out = ("bundle_id", "action", "message")
    fields = [known for known in catalogue.fields if known.name not in left_out]
    rows = []
    for _ in range(luck.randint(1, 6)):
        row = {known.name: value(known, luck) if luck.random() < 0.6 else "" for known in fields}
        rows.append(row | {"bundle": luck.choice([*names, ""])})
    return rows


@pytest.mark.parametrize("seed", range(15))
def test_a_schema_finds_what_check_finds(seed: int) -> None:
    """Random sheets of both kinds: the same rows, columns and codes, from the frames alone."""
    luck = random.Random(seed)
    names = ["spring", "autumn", "winter"]
    bundles, videos = rows_of(BUNDLES, luck, names), rows_of(POSITIONS, luck, names)
    found = checked(bundles, videos)
    of_bundles, of_videos = typed(bundles, BUNDLES, "Bundles"), typed(videos, POSITIONS, "Videos")
    of_rows = {
        "bundle": failures(schemas.bundles(of_videos, today=TODAY), of_bundles),
        "position": failures(schemas.videos(of_bundles, today=TODAY), of_videos),
    }
    for kind, file in (("bundle", "Bundles"), ("position", "Videos")):
        blamed = {(one.row - 2, one.column) for one in found.errors if one.row and one.file == file}
        assert said(found, kind) <= of_rows[kind], "what check finds"
        assert {(row, column) for row, column, _ in of_rows[kind]} <= blamed, "and no cell that check has nothing against"


@pytest.mark.parametrize("seed", range(10))
def test_a_bound_is_the_same_to_pandera_and_to_the_one_pass(seed: int) -> None:
    """The mask that looks at all rules at once, and pandera's own check, blame the same rows."""
    luck = random.Random(seed)
    for catalogue in (BUNDLES, POSITIONS):
        for rule in bounds(catalogue):
            known = catalogue[rule.field]
            around = [known.max_length or known.most or 0, (known.max_length or known.most or 0) + 1, (known.least or 1) - 1, 0]
            numbers = [luck.choice([*around, None]) for _ in range(20)]
            cells = [None if one is None else luck.choice("aé😀") * max(one, 0) if known.kind is not Kind.INTEGER else one for one in numbers]
            frame = pl.DataFrame({known.name: cells}, schema={known.name: casting.dtype_of(known)})
            assert rule.built_in is not None
            check = getattr(pa.Check, rule.built_in.name)(**rule.built_in.arguments)
            try:
                pa.DataFrameSchema({known.name: pa.Column(nullable=True, checks=[check])}).validate(frame, lazy=True)
                failed = set()
            except SchemaErrors as problem:
                failed = set(problem.failure_cases["index"])
            assert failed == set(frame.with_row_index().filter(rule.bad)["index"])


def test_what_a_field_declares_is_pandera_s_own() -> None:
    """Type, choices, bounds and the shape of addresses can be read from the schema."""
    columns = schemas.videos().columns
    checks = {name: [str(check.name) for check in column.checks] for name, column in columns.items()}
    assert set(columns) == set(POSITIONS.names)
    assert "isin" in checks["video_type"] and "str_matches" in checks["tiktok_sound_url"]
    assert "in_range" in checks["volume_added_sound"] and "str_length" in checks["name"]
    assert "carousel_not_supported" in checks["video_type"] and "tiktok_sound_missing" in checks["tiktok_sound_url"]
    checks = {name: [str(check.name) for check in column.checks] for name, column in schemas.videos(pl.DataFrame()).columns.items()}
    every = {rule.code for rule in RULES["position"]} - {"text_too_long", "number_out_of_range"}
    assert every <= {name for names in checks.values() for name in names}
    assert "str_length" in [check.name for check in schemas.bundles().columns["username"].checks]


def test_good_rows_come_back_as_they_went_in() -> None:
    """The very frame, with no column more; strict about what is not known, and about types before anything else."""
    day = date(2027, 3, 15)
    bundles = pl.DataFrame(
        {"bundle": ["a"], "bundle_type": ["account_and_videos"], "platform": ["tiktok"], "country": ["US"], "videos_quantity": [1]}
    )
    videos = pl.DataFrame({"bundle": ["a"], "position": [1], "video_type": ["video"], "video": ["https://cdn.example/1.mp4"], "description": ["Hi"]})
    videos = videos.with_columns(target_publish_date=day)
    assert schemas.bundles(videos, today=TODAY).validate(bundles) is bundles
    assert schemas.videos(bundles, today=TODAY).validate(videos, lazy=True) is videos
    wrong = videos.with_columns(pl.col("position").cast(pl.String), captoin=pl.lit("Hi"), video=None)
    assert {check for _, _, check in failures(schemas.videos(bundles, today=TODAY), wrong)} == {
        "column_in_schema",
        "dtype('Int64')",
        "dtype('String')",
    }
    with pytest.raises(TypeError, match="collect"):
        schemas.videos().validate(videos.lazy())


def test_without_the_other_sheet_nothing_is_said_of_it() -> None:
    """A bundle without videos is not blamed where no videos were given, nor a video for a bundle that nobody named."""
    bundles = pl.DataFrame(
        {"bundle": ["a"], "bundle_type": ["account_and_videos"], "platform": ["tiktok"], "country": ["US"], "videos_quantity": [2]}
    )
    bundles = bundles.with_columns(publish=True, username=pl.lit("a_1"), visible_name=pl.lit("A"), biography=pl.lit("B"))
    bundles = bundles.with_columns(profile_picture=pl.lit("https://cdn.example/a.jpg"))
    assert failures(schemas.bundles(today=TODAY), bundles) == set()
    nothing = pl.DataFrame(schema={"bundle": pl.String, "position": pl.Int64})
    assert failures(schemas.bundles(nothing, today=TODAY), bundles) == {(0, "publish", "publish_without_videos")}
    video = pl.DataFrame({"bundle": ["z"], "position": [9], "video_type": ["video"], "video": ["https://cdn.example/1.mp4"], "description": ["Hi"]})
    video = video.with_columns(target_publish_date=date(2027, 3, 15))
    assert failures(schemas.videos(today=TODAY), video) == set()
    assert failures(schemas.videos(bundles, today=TODAY), video) == {(0, "bundle", "bundle_unknown")}


def test_a_rule_that_is_a_warning_warns() -> None:
    """As pandera's own warning, and the rows come back."""
    bundles = pl.DataFrame({"bundle": ["a"], "bundle_type": ["account_only"], "platform": ["youtube"], "country": ["US"]})
    with pytest.warns(SchemaWarning, match="youtube_refused"):
        assert schemas.bundles(today=TODAY).validate(bundles) is bundles
