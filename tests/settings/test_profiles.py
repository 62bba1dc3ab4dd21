"""bulkportal.toml: who wins, what a mistake says, and that nothing secret shows."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bulkportal.errors import KeyProblem, UsageProblem
from bulkportal.settings import Profile, Settings, configured, profile_of, resolve, template_file

TWO_CLIENTS = """
default = "acme"

[profiles.acme]
base_url = "https://acme.example.com/api/ext/"
key_file = "keys/acme.txt"
media_root = "media"
max_credits = 250
[profiles.acme.options]
publish = true

[profiles.zenith]
key_env = "ZENITH_KEY"
account = "ops@zenith.example.com"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "acme.txt").write_text("tok_acme\n", encoding="utf-8")
    (tmp_path / "bulkportal.toml").write_text(TWO_CLIENTS, encoding="utf-8")
    return tmp_path


def settled(folder: Path, environment: dict[str, str], name: str | None = None, base_url: str | None = None) -> Settings:
    return resolve(environment, base_url=base_url, profile=configured(environment, folder).choose(name))


def mistakes(folder: Path, text: str) -> str:
    (folder / "bulkportal.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageProblem) as caught:
        configured({}, folder)
    return caught.value.message


def test_flag_over_environment_over_profile_over_default(folder: Path) -> None:
    assert settled(folder, {}).base_url == "https://acme.example.com/api/ext"
    assert settled(folder, {"TOKPORTAL_BASE_URL": "http://env"}).base_url == "http://env"
    assert settled(folder, {"TOKPORTAL_BASE_URL": "http://env"}, base_url="http://flag").base_url == "http://flag"
    assert settled(folder, {}, "zenith").base_url == "https://app.tokportal.com/api/ext"


def test_the_key_is_found_where_the_profile_says(folder: Path) -> None:
    assert settled(folder, {}).require_key().reveal() == "tok_acme"
    assert settled(folder, {"ZENITH_KEY": "tok_z"}, "zenith").require_key().reveal() == "tok_z"
    with pytest.raises(KeyProblem):
        settled(folder, {}, "zenith").require_key()


def test_the_environments_key_goes_first_and_that_is_said(folder: Path) -> None:
    chosen = settled(folder, {"TOKPORTAL_API_KEY": "tok_env"})
    assert chosen.require_key().reveal() == "tok_env"
    assert chosen.key_from == "TOKPORTAL_API_KEY"


def test_a_key_in_the_keyring(folder: Path) -> None:
    (folder / "bulkportal.toml").write_text('[profiles.a]\nkey_keyring = "tokportal:a"\n', encoding="utf-8")
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring", "XDG_DATA_HOME": str(folder), "HOME": str(folder)}
    environment = {name: value for name, value in environment.items() if not name.startswith(("TOKPORTAL", "BULKPORTAL"))}
    script = (
        "import keyring; keyring.set_password('tokportal', 'a', 'tok_ring');"
        "import os; from bulkportal import settings; print(settings.resolve(os.environ).require_key().reveal())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "tok_ring\n"


def test_paths_are_meant_from_the_folder_of_the_file(folder: Path) -> None:
    assert settled(folder, {}).profile.media_root == folder / "media"


def test_the_profile_gives_defaults_to_options_by_their_own_names(folder: Path) -> None:
    assert configured({}, folder).choose("acme").defaults() == {"publish": True, "media_root": folder / "media", "max_credits": 250}
    assert Profile().defaults() == {}


def test_a_file_elsewhere_is_named_by_the_environment(folder: Path) -> None:
    environment = {"BULKPORTAL_CONFIG": str(folder / "bulkportal.toml"), "BULKPORTAL_PROFILE": "zenith"}
    assert profile_of(environment).name == "zenith"
    assert profile_of(environment, "acme").name == "acme"
    with pytest.raises(UsageProblem, match="no file"):
        profile_of({"BULKPORTAL_CONFIG": str(folder / "other.toml")})


def test_folders_above_are_not_searched(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    environment = {"XDG_CONFIG_HOME": str(folder / "nothing")}
    assert configured(environment, inner).path is None


def test_an_unknown_profile_names_those_there_are(folder: Path) -> None:
    with pytest.raises(UsageProblem) as caught:
        configured({}, folder).choose("acne")
    assert "no profile acne" in caught.value.message
    assert caught.value.hint == "It has acme, zenith; did you mean acme?"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("max_creditz = 3", "[profiles.a] max_creditz is not a setting; did you mean max_credits?"),
        ('max_credits = "lots"', "[profiles.a] max_credits is 'lots', and must be a number."),
        ("max_credits = -1", "[profiles.a] max_credits"),
        ('date_order = "year"', "[profiles.a] date_order is 'year', and must be 'day' or 'month'."),
        ('time_zone = "Mars/Olympus"', "Mars/Olympus is not a time zone"),
        ('base_url = "app.tokportal.com"', "app.tokportal.com is not a web address; it starts with https://."),
        ('base_url = "https://ops:pw@app.tokportal.com"', "it holds a user, a password or a query"),
        ('base_url = "https://app.tokportal.com?token=x"', "it holds a user, a password or a query"),
        ('name = "b"', "[profiles.a] name is not a setting: the table's own name is the profile's."),
        ('key_env = "A"\nkey_file = "b"', "key_env and key_file each say where the key is; keep one of them."),
        ("media_root = 5", "[profiles.a] media_root is 5, and must be a path in quotes."),
        ("[profiles.a.options]\nbach = 3", "[profiles.a] options.bach is not a setting; did you mean batch?"),
        ("[profiles.a.options]\nbatch = 500", "[profiles.a] options.batch"),
        ('[profiles.a.options]\npublish = "yes"', "[profiles.a] options.publish is 'yes', and must be true or false."),
        ("[profiles.a.columns]\nLegende = 3", "[profiles.a] columns.Legende is 3, and must be a text in quotes."),
    ],
)
def test_each_mistake_has_a_sentence(folder: Path, line: str, sentence: str) -> None:
    assert sentence in mistakes(folder, f"[profiles.a]\n{line}\n")


def test_mistakes_at_the_top(folder: Path) -> None:
    assert "defalt is not known at the top of the file; did you mean default?" in mistakes(folder, 'defalt = "a"\n')
    assert "max_credits is not known at the top of the file; it belongs under [profiles.NAME]" in mistakes(folder, "max_credits = 3\n")
    assert "default is 'b', which is no profile" in mistakes(folder, 'default = "b"\n[profiles.a]\n')
    assert "profiles must be tables" in mistakes(folder, "profiles = 3\n")
    assert "not valid TOML" in mistakes(folder, "[profiles.a\n")


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    told = mistakes(folder, 'x = 1\n[profiles.a]\nbatch = 3\n[profiles.b]\ntime_zone = "?"\n')
    assert told.count("\n") == 3


def test_a_key_in_the_file_is_refused_and_not_repeated(folder: Path) -> None:
    told = mistakes(folder, '[profiles.a]\napi_key = "tok_live_s3cret"\nkey_env = "tok_live_s3cret"\n')
    assert "api_key does not belong here" in told
    assert "not the name of an environment variable" in told
    assert "s3cret" not in told


def test_addresses_of_notifications_do_not_show(folder: Path) -> None:
    (folder / "bulkportal.toml").write_text('[profiles.a.notify]\ntargets = ["mailto://me:s3cret@x", "env:HOOK", "env:GONE"]\n', encoding="utf-8")
    notify = configured({}, folder).choose("a").notify
    assert "s3cret" not in repr(notify)
    revealed = [target for target in notify.revealed({"HOOK": "https://hook"}) if target]
    assert revealed == ["mailto://me:s3cret@x", "https://hook"]


def test_the_example_names_every_setting_and_loads(folder: Path) -> None:
    (folder / "bulkportal.toml").write_text(template_file.TEXT, encoding="utf-8")
    assert configured({}, folder).choose(None).name == "main"
    every = "\n".join(_uncommented(line) for line in template_file.TEXT.splitlines())
    tables = tomllib.loads(every)["profiles"]["main"]
    known = {name for name in Profile.model_fields if name not in ("name", "key_file", "key_keyring")}
    assert known <= set(tables)
    for part in ("options", "notify", "night"):
        assert set(Profile.model_fields[part].annotation.model_fields) == set(tables[part])
    Profile.model_validate({**tables, "name": "main"})


def _uncommented(line: str) -> str:
    text = line.removeprefix("# ")
    return text if line != text and " = " in text.split("#")[0] and not text[0].isupper() and not text[0].isspace() else line
