"""Proxies and certificates of the environment: this machine is asked directly, and what cannot be used is said before anything is sent."""

from __future__ import annotations

from pathlib import Path
from socket import socket

import httpx
import pytest

from bulkportal.errors import UsageProblem
from bulkportal.web import certificates, is_loopback, proxy_for, troubles
from tests.conftest import Desk
from tests.web.hosts import hosted

PASSWORD = "pw-of-the-proxy"
_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "app.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::ffff:127.0.0.1", "localhost."])
def test_this_machine_is_known_by_all_its_names(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is asked without a proxy by each."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    assert is_loopback(host)
    if ":ffff:" not in host and host != "::1":
        assert proxy_for(f"http://{host}:8700/api") is None


@pytest.mark.parametrize("host", ["localhost.example", "127.0.0.1.example", "10.0.0.1", "128.0.0.1", "::2", "notlocalhost"])
def test_others_are_not_this_machine(host: str) -> None:
    """However their names begin or end."""
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("variables", "asked", "proxy"),
    [
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "https://a.example/", "http://proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, "https://a.example/", "http://proxy.example:3128"),
        ({"ALL_PROXY": "https://proxy.example"}, "https://a.example/", "https://proxy.example"),
        ({"HTTP_PROXY": "http://proxy.example"}, "https://a.example/", None),
        ({"ALL_PROXY": "http://proxy.example", "NO_PROXY": "a.example"}, "https://a.example/", None),
        ({"ALL_PROXY": "http://proxy.example", "NO_PROXY": ".example"}, "https://a.example/", None),
        ({"ALL_PROXY": "http://proxy.example", "NO_PROXY": "*"}, "https://a.example/", None),
        ({"ALL_PROXY": "http://proxy.example", "NO_PROXY": "b.example"}, "https://a.example/", "http://proxy.example"),
        ({"HTTPS_PROXY": ""}, "https://a.example/", None),
        ({"HTTPS_PROXY": "socks5://proxy.example", "NO_PROXY": "a.example"}, "https://a.example/", None),
    ],
)
def test_the_environment_names_the_way(variables: dict[str, str], asked: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere: the scheme's own variable, else the one for all; NO_PROXY before both."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = proxy_for(asked)
    assert (None if found is None else str(found.url)) == proxy


@pytest.mark.parametrize(
    "value",
    [
        f"socks5://u:{PASSWORD}@h:1080",
        "socks4://h",
        "socks5h://h:1",
        f"ftp://u:{PASSWORD}@h",
        "http://",
        "http://h:port",
        "http://[::1",
        "http://a b",
        "://h",
    ],
)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY", "https_proxy"])
def test_a_proxy_that_cannot_be_used_is_said(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable's name; its value may hold a password."""
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageProblem, match=name) as caught:
        proxy_for("https://a.example/")
    assert PASSWORD not in caught.value.message + caught.value.hint
    assert [problem.message for problem in troubles()] == [caught.value.message]


def test_certificates_that_cannot_be_used_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, a folder, no certificates in it; no folder, a file."""
    (tmp_path / "words.pem").write_text("no certificates", "utf-8")
    wrong = [
        ("SSL_CERT_FILE", "none.pem"),
        ("SSL_CERT_FILE", "."),
        ("SSL_CERT_FILE", "words.pem"),
        ("SSL_CERT_DIR", "none"),
        ("SSL_CERT_DIR", "words.pem"),
    ]
    for name, place in wrong:
        with monkeypatch.context() as patch:
            patch.setenv(name, str(tmp_path / place))
            with pytest.raises(UsageProblem, match=name):
                certificates()
            assert len(list(troubles())) == 1
    assert certificates() is certificates()
    assert list(troubles()) == []


def test_the_key_never_passes_a_proxy_on_its_way_to_this_machine(desk: Desk) -> None:
    """A whole import with proxies in every variable: the proxy hears nothing."""
    heard: list[bytes] = []

    def proxy(head: bytes, peer: socket) -> None:
        heard.append(head)
        peer.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

    with hosted(proxy) as base:
        everywhere = {"HTTP_PROXY": base, "http_proxy": base, "ALL_PROXY": base}
        ended = desk.import_(desk.story("good_launch"), **everywhere)
        assert ended.code in (0, 4) and ended.rows.get("done", 0) > 1, ended.err
        assert desk.run("doctor", **everywhere).code == 0
    assert heard == []


@pytest.mark.parametrize(
    "variables",
    [
        {"HTTPS_PROXY": "socks5://127.0.0.1:9"},
        {"ALL_PROXY": "nonsense://127.0.0.1:9"},
        {"SSL_CERT_FILE": "/nowhere/at/all.pem"},
        {"SSL_CERT_DIR": "/nowhere/at/all"},
    ],
)
def test_commands_end_with_a_sentence(variables: dict[str, str], desk: Desk) -> None:
    """Exit 2, from whatever asks the web, and `doctor` says why."""
    away = {**variables, "TOKPORTAL_BASE_URL": "https://platform.invalid/api/ext"}
    name = next(iter(variables))
    launch = desk.story("good_launch")
    for arguments in (("import", launch, "--yes"), ("status",), ("check", "https://sheets.invalid/launch.xlsx"), ("doctor",)):
        ended = desk.run(*arguments, **away)
        assert ended.code == 2, (arguments, ended)
        assert name in ended.out + ended.err, (arguments, ended)


def test_a_stores_answer_has_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way to a host that NO_PROXY names needs no proxy that works."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "a.example,10.1.1.1")
    assert proxy_for(httpx.URL("https://a.example:8443/x")) is None
    assert proxy_for("http://10.1.1.1/") is None
