"""What is declared of a column holds together: names, aliases, choices, examples, bounds."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from bulkportal.check import casting
from bulkportal.check.comparison import typed_value
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import STATUS_COLUMNS, Catalogue, Field, Kind, Role, in_view
from bulkportal.columns.matcher import match, plain_header
from bulkportal.columns.positions import POSITIONS

SHEETS = [BUNDLES, POSITIONS]
FIELDS = [pytest.param(catalogue, known, id=f"{catalogue.sheet}-{known.name}") for catalogue in SHEETS for known in catalogue.fields]


def read_as(known: Field, text: str) -> object:
    """What a cell with this text holds."""
    values = pl.Series(known.name, [text], dtype=pl.String)
    frame = values.to_frame().select(casting._parse_text(known, casting.PLAIN).alias(known.name))
    return frame[known.name].to_list()[0]


@pytest.mark.parametrize("catalogue", SHEETS, ids=lambda catalogue: catalogue.sheet)
def test_no_two_columns_share_a_header(catalogue: Catalogue) -> None:
    """Neither name, title, alias nor wire name of one is that of another; and none is a column that bulkportal writes itself."""
    headers = Counter(
        header for known in catalogue.fields for header in {plain_header(text) for text in (known.name, known.title, known.wire, *known.aliases)}
    )
    assert [header for header, count in headers.items() if count > 1] == []
    assert {plain_header(name) for name in STATUS_COLUMNS} & headers.keys() == set()


@pytest.mark.parametrize(("catalogue", "known"), FIELDS)
def test_every_header_of_a_column_finds_it(catalogue: Catalogue, known: Field) -> None:
    """By its name, its title, the platform's name and each alias; in capitals and with blanks around."""
    for header in (known.name, known.title, known.wire, *known.aliases):
        for written in (header, header.upper(), f"  {header} ", header.replace("_", " ")):
            found = match({"C": written}, catalogue)
            assert found.found == {known.name: "C"}, (written, found)


@pytest.mark.parametrize(("catalogue", "known"), FIELDS)
def test_an_example_can_be_read(catalogue: Catalogue, known: Field) -> None:
    """As a value of its own column, within its own bounds."""
    if known.example:
        value = read_as(known, known.example)
        assert value is not None
        assert known.max_length is None or len(known.example) <= known.max_length
        assert known.least is None or (isinstance(value, int) and known.least <= value <= (known.most or value))
    assert catalogue[known.name] is known


@pytest.mark.parametrize(("catalogue", "known"), FIELDS)
def test_a_column_is_declared_whole(catalogue: Catalogue, known: Field) -> None:
    """A sentence of help, choices where there must be some, bounds in pairs, and a sheet's type that it can belong to."""
    assert known.help.endswith((".", ":")) and known.title[0].isupper()
    assert bool(known.choices) == (known.kind is Kind.CHOICE)
    assert {choice for _, choice in known.synonyms} <= set(known.choices)
    assert (known.least is None) == (known.most is None)
    assert known.least is None or known.kind is Kind.INTEGER
    made_elsewhere = {kind for _, kind in catalogue.untold}  # a story is made on the platform itself, and has a video all the same
    assert set(known.only_for) <= {*catalogue[catalogue.type_field].choices, *made_elsewhere}
    assert set(known.platforms) <= set(BUNDLES["platform"].choices)
    assert not known.is_people or known.kind is Kind.LIST


@pytest.mark.parametrize(("catalogue", "known"), [param for param in FIELDS if param.values[1].choices])
def test_every_choice_and_every_other_word_for_one_is_read(catalogue: Catalogue, known: Field) -> None:
    """In any case, with blanks, hyphens or underscores."""
    for word, choice in (*((choice, choice) for choice in known.choices), *known.synonyms):
        for written in (word, word.upper(), word.replace("_", " "), word.replace("_", "-"), f" {word} "):
            assert read_as(known, written) == choice, (catalogue.sheet, written)
    assert read_as(known, "something else") is None


def test_belonging() -> None:
    """A field of one platform and type belongs nowhere else; what is not known rules nothing out."""
    sound = POSITIONS["tiktok_sound_url"]
    assert sound.belongs("tiktok", "carousel") and sound.belongs(None, None) and sound.belongs("", "carousel")
    assert not sound.belongs("youtube", "video")
    assert POSITIONS["carousel_images"].is_media and not POSITIONS["description"].is_media
    assert BUNDLES["profile_picture"].wire == "profile_picture_url"


@pytest.mark.parametrize("catalogue", SHEETS, ids=lambda catalogue: catalogue.sheet)
def test_each_role_has_its_columns(catalogue: Catalogue) -> None:
    """Every field has one role; keys and actions speak even where they repeat what is there."""
    assert sorted(name for role in Role for name in catalogue.of(role)) == sorted(catalogue.names)
    assert set(catalogue.always_speaking) == set(catalogue.of(Role.KEY, Role.ACTION))
    assert set(catalogue.identity) <= set(catalogue.names)
    with pytest.raises(KeyError):
        catalogue["no such column"]


@pytest.mark.parametrize(("catalogue", "known"), FIELDS)
def test_the_platform_s_value_is_a_cell_s(catalogue: Catalogue, known: Field) -> None:
    """The typed value of an example is the platform's too: one reader for both."""
    if known.example and known.kind in (Kind.TEXT, Kind.CHOICE, Kind.URL, Kind.MEDIA, Kind.INTEGER):
        assert typed_value(known, known.example) == read_as(known, known.example), catalogue.sheet


def test_what_names_a_row_stays_in_view() -> None:
    """From the left, up to the first column that names none: an id tells nobody."""
    assert [in_view(names) for names in (["bundle", "position", "name"], ["bundle", "bundle_id", "position"], ["title"], [])] == [2, 1, 0, 0]
