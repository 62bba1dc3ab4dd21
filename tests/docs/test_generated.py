"""The generated pages are those of this package, and they leave nothing out."""

from __future__ import annotations

import importlib
import re
import sys

import click
import pytest

from bulkportal.codes import REGISTER
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from bulkportal.simulator import admin_api, faults
from bulkportal.simulator.editions import EDITIONS
from tests.docs.pages import ROOT, load_generate

generate = load_generate()


def page(name: str) -> str:
    """A committed page."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_generated_page_is_what_the_package_says_now(name: str) -> None:
    """If not: `python docs/generate.py`."""
    if name == "reference/licences.md" and sys.version_info >= (3, 12):
        pytest.skip("the page is that of Python 3.11, where a few distributions more are needed")
    assert page(name) == generate.PAGES[name]()


def test_every_code_of_the_register_is_on_the_page_of_findings() -> None:
    """With its reason, and no line of the page is left with nothing to say."""
    text = page("reference/findings.md")
    assert {name for name, code in REGISTER.items() if f"`{name}`" not in text or code.explanation not in text} == set()
    for line in text.splitlines():
        if line.startswith("| `"):
            assert all(cell.strip() for cell in line.strip("|").split(" | ")), line


def test_every_command_and_option_is_on_the_page_of_commands() -> None:
    """With a help text each."""
    text = page("reference/cli.md")
    for name, (module, function, _) in generate.COMMANDS.items():
        assert f"\n## {name}\n" in text
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        command = getattr(importlib.import_module(module), function)
        for title, one in every_command(name, command):
            part = section if one is command else section.partition(f"\n### {title}\n")[2].partition("\n### ")[0]
            for option in one.params:
                if isinstance(option, click.Option) and not option.hidden:
                    assert option.help, option.name
                    assert all(f"`{word}" in part for word in option.opts), (title, option.opts)


def test_every_command_takes_what_scripts_give_to_all() -> None:
    """Colours, quiet, verbose (product 2), also where they change nothing; but for servers and what prints a text to keep."""
    for name, (module, function, _) in generate.COMMANDS.items():
        for title, one in every_command(name, getattr(importlib.import_module(module), function)):
            missing = {"--no-color", "--quiet", "-q", "--verbose", "-v"} - {word for option in one.params for word in option.opts}
            assert not missing or title in ("simulate", "completion"), (title, missing)


def every_command(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    """The command, or those of a group."""
    return [(f"{name} {one}", found) for one, found in command.commands.items()] if isinstance(command, click.Group) else [(name, command)]


def test_every_column_is_on_the_page_of_columns() -> None:
    """With its kind and its help."""
    text = page("reference/columns.md")
    for catalogue in (BUNDLES, POSITIONS):
        section = text.partition(f"\n## {catalogue.sheet}\n")[2].partition("\n## ")[0]
        for field in catalogue.fields:
            assert f"| `{field.name}` | " in section
            assert field.help in section


def test_the_page_of_the_simulator_names_all_it_can_do() -> None:
    """Every fault, every request to the operator, every price."""
    text = page("reference/simulator.md")
    assert {kind for kind in faults.KINDS if f"`{kind}`" not in text} == set()
    assert {f"{method} /_sim{path}" for method, path, _ in admin_api._ROUTES if f"`{method} /_sim{path}`" not in text} == set()
    for edition in EDITIONS.values():
        assert f"`{edition.name}`" in text
        for item, price in edition.prices.items():
            words = item.replace("_", " ").removesuffix(" creation")
            assert re.search(rf"^\| {words} \|.*\b{price}\b", text, re.MULTILINE), item
