"""Links that lead into a private network or to one machine: told offline, before anything is bought for them."""

from __future__ import annotations

import pytest

from bulkportal.media.inward import host_of_server, is_inward, server_of
from tests.conftest import Desk, bundle, video

INWARD = (
    *("localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::1]", "::1", "10.0.0.1"),
    *("192.168.1.5", "172.16.0.9", "169.254.1.1", "100.64.0.1", "[fe80::1%eth0]", "[fd00::5]", "[::ffff:10.0.0.1]", "224.0.0.1"),
    *("nas", "nas.local", "files.lan", "intranet.corp", "host.docker.internal", "printer.home.arpa"),
)
OUTWARD = ("cdn.example.com", "cdn.example.com.", "8.8.8.8", "[2606:4700::1111]", "local.example.com", "internal.de", "home.example", "1and1.com")


def test_private_hosts_are_known_by_their_names_and_addresses() -> None:
    """In every way of writing that programs follow; nothing public is among them."""
    assert [host for host in INWARD if not is_inward(host)] == []
    assert [host for host in OUTWARD if is_inward(host)] == []
    servers = ("http://localhost:80/a", "https://me:pw@NAS.lan/a", "https://[::1]:8080?x", "http://a.b#c")
    assert [server_of(one) for one in servers] == ["localhost:80", "nas.lan", "[::1]:8080", "a.b"]
    assert [host_of_server(server_of(one)) for one in servers] == ["localhost", "nas.lan", "::1", "a.b"]


@pytest.mark.parametrize("link", ["http://localhost/1.mp4", "https://192.168.1.5:8080/1.mp4", "http://nas/1.mp4"])
def test_a_check_without_network_names_such_a_link(desk: Desk, link: str) -> None:
    """For videos, images of a carousel and profile pictures alike: the platform could not fetch them, and the slot would be paid for."""
    images = f"{link[:-3]}jpg;https://cdn.example.com/2.jpg"
    videos = [video("now", 1, video=link), video("now", 2, video_type="carousel", video=None, carousel_images=images)]
    videos[1]["tiktok_sound_url"] = "https://www.tiktok.com/music/original-sound-7004"
    ended = desk.run("check", desk.sheets("launch", bundles=[bundle("now", profile_picture=f"{link[:-3]}jpg")], videos=videos))
    assert (ended.code, ended.codes) == (6, ["link_private_network"] * 3)


def test_what_lies_with_the_platform_itself_it_can_fetch(desk: Desk) -> None:
    """In a rehearsal the platform is this machine; so is a host that was put elsewhere by the user."""
    near = desk.base_url.removesuffix("/api/ext")
    videos = [video("now", 1), video("now", 2)]
    sheets = desk.sheets("launch", bundles=[bundle("now", profile_picture=f"{near}/_storage/public/a.jpg")], videos=videos)
    assert desk.run("check", sheets).codes == []
    sheets = desk.sheets("launch", bundles=[bundle("now", profile_picture="http://nas.lan/a.jpg")], videos=videos)
    assert desk.run("check", sheets, BULKPORTAL_LINK_HOSTS=f"nas.lan={near}").codes == []
    assert desk.run("check", sheets).codes == ["link_private_network"]


def test_a_link_with_a_host_that_cannot_be_is_an_error(desk: Desk) -> None:
    """Two ports, two dots, no name."""
    links = ("https://cdn.example.com:80:80/1.mp4", "https://cdn..example.com/1.mp4", "https://.com/1.mp4", "https:///1.mp4")
    for link in links:
        ended = desk.run("check", desk.sheets("launch", bundles=[bundle("now", videos_quantity=1)], videos=[video("now", 1, video=link)]))
        assert ended.codes == ["media_address_unknown"], link
