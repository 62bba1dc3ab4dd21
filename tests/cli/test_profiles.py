"""Profiles through the command: options take their defaults from it, and another client's key is refused."""

from __future__ import annotations

from tests.conftest import KEY, Desk


def write(desk: Desk, text: str) -> dict[str, str]:
    file = desk.folder / "bulkportal.toml"
    file.write_text(text, encoding="utf-8")
    return {"BULKPORTAL_CONFIG": str(file)}


def test_a_profile_gives_the_options_of_a_run(desk: Desk) -> None:
    config = write(desk, "[profiles.small]\nmax_credits = 1\n")
    ended = desk.import_(desk.story("good_launch"), **config)
    assert ended.code == 8
    assert desk.writes == 0
    desk.import_(desk.story("good_launch"), "--max-credits", "5000", **config)
    assert desk.writes > 0


def test_the_key_of_the_profile_is_used(desk: Desk) -> None:
    (desk.folder / "key.txt").write_text(KEY, encoding="utf-8")
    config = write(desk, f'[profiles.a]\nkey_file = "key.txt"\nbase_url = "{desk.base_url}"\n')
    assert desk.run("plan", desk.story("good_launch"), TOKPORTAL_API_KEY="", TOKPORTAL_BASE_URL="", **config).code == 0


def test_a_key_of_another_account_is_refused_before_anything_is_sent(desk: Desk) -> None:
    config = write(desk, '[profiles.zenith]\naccount = "ops@zenith.example.com"\n')
    for words in (("import", desk.story("good_launch"), "--yes"), ("export", "-o", desk.folder / "x.xlsx"), ("status",)):
        ended = desk.run(*words, **config)
        assert ended.code == 3, words
        assert "profile zenith is for ops@zenith.example.com" in ended.err
    assert desk.writes == 0


def test_it_is_said_when_the_environment_goes_before_the_profile(desk: Desk) -> None:
    config = write(desk, '[profiles.a]\nkey_env = "OTHER_KEY"\n')
    assert "Note: the key of TOKPORTAL_API_KEY is used, not the one of profile a." in desk.run("status", **config).err


def test_an_unknown_profile_is_wrong_use(desk: Desk) -> None:
    config = write(desk, "[profiles.a]\n")
    ended = desk.run("check", desk.story("good_launch"), "--profile", "b", **config)
    assert ended.code == 2
    assert "has no profile b" in ended.err


def test_a_resumed_run_keeps_its_profile(desk: Desk) -> None:
    config = write(desk, "[profiles.a]\nmax_credits = 1\n[profiles.b]\nmax_credits = 2\n")
    assert desk.import_(desk.story("good_launch"), "--profile", "a", **config).code == 8
    ended = desk.run("runs", "resume", "--yes", **config)
    assert ended.code == 8
    assert "--max-credits 1" in ended.err + ended.out


def test_config_show_hides_what_is_secret(desk: Desk) -> None:
    config = write(desk, '[profiles.a.notify]\ntargets = ["mailto://me:s3cret@example.com"]\n')
    plain = desk.said("config", "show", **config)
    assert plain.code == 0
    for text in (plain.out, desk.run("config", "show", **config).out):
        assert "s3cret" not in text
        assert KEY not in text
        assert "TOKPORTAL_API_KEY" in text


def test_init_writes_a_file_that_counts_and_never_over_yours(desk: Desk) -> None:
    assert desk.said("init").code == 0
    again = desk.said("init")
    assert again.code == 2
    assert "is there already" in again.err
    assert "profile   main" in desk.said("config", "show").out
