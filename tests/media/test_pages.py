"""Links that lead to pages and folders are known by their text; links to files, and share links made into such, are not taken for them."""

from __future__ import annotations

import pytest

from bulkportal.media.page_links import kind_of, leads_to
from bulkportal.media.share_links import direct
from tests.check.sheets import checked, codes
from tests.conftest import bundle, video

PAGES = (
    *("https://www.youtube.com/watch?v=abc", "https://youtube.com/shorts/abc", "https://youtu.be/abc?t=3", "https://m.youtube.com/watch?v=abc"),
    *("https://www.tiktok.com/@bites/video/7004", "https://vm.tiktok.com/ZM1/", "https://tiktok.com/t/Z1/", "HTTPS://WWW.TIKTOK.COM/@bites/photo/7"),
    *("https://www.instagram.com/p/C1/", "https://instagram.com/reel/C1/?igsh=x", "https://www.facebook.com/watch?v=1", "https://fb.watch/x1/"),
    *(
        "https://x.com/bites/status/1",
        "https://vimeo.com/76979871",
        "https://vimeo.com/channels/staffpicks/1",
        "https://player.vimeo.com/video/1?h=a",
    ),
    *("https://www.canva.com/design/DA1/view", "https://next.frame.io/share/a/view/b", "https://f.io/abc", "https://we.tl/t-abc"),
    *(
        "https://company.wetransfer.com/downloads/a/b",
        "https://onedrive.live.com/?cid=A&id=A%21107",
        "https://1drv.ms/v/s!Ab",
        "https://1drv.ms/i/c/a/b",
    ),
    *("https://firm-my.sharepoint.com/:v:/g/personal/a/E1?e=x", "https://firm.sharepoint.com/sites/m/_layouts/15/stream.aspx?id=%2Fa%2Eclip.mp4"),
    *("https://photos.google.com/photo/AF1", "https://docs.google.com/document/d/1A/edit", "https://docs.google.com/spreadsheets/d/1A/edit#gid=0"),
    *("https://www.notion.so/Clips-1a2b", "https://team.notion.site/Clips-1a2b", "https://www.loom.com/share/a1", "https://app.box.com/s/abc"),
    *("https://github.com/o/r/blob/main/clip.mp4", "https://imgur.com/a1", "https://giphy.com/gifs/a-1", "https://cdn.example.com/clip.html"),
    *(
        "https://www.example.com",
        "https://www.example.com/",
        "https://www.figma.com/file/a/b",
        "https://mega.nz/file/a#b",
        "https://streamable.com/a1",
    ),
)
FOLDERS = (
    *(
        "https://drive.google.com/drive/folders/1AbC?usp=sharing",
        "https://drive.google.com/drive/u/0/folders/1AbC",
        "https://drive.google.com/drive/my-drive",
    ),
    *("https://drive.google.com/folderview?id=1AbC", "https://www.dropbox.com/scl/fo/a/b?rlkey=c&dl=0", "https://www.dropbox.com/sh/a/b?dl=0"),
    *(
        "https://www.dropbox.com/{}/clips".format("home"),
        "https://firm.sharepoint.com/:f:/s/Team/E1?e=x",
        "https://1drv.ms/f/s!Ab",
        "https://app.box.com/folder/1",
    ),
    *("https://mega.nz/folder/a#b", "https://photos.app.goo.gl/a1", "https://github.com/o/r/tree/main/clips", "https://gofile.io/d/a1"),
)
FILES = (
    *(
        "https://cdn.example.com/clip.mp4",
        "https://cdn.example.com/media?id=7",
        "https://b.s3.amazonaws.com/c.mp4?X-Amz-Date=a",
        "https://example.com/get",
    ),
    *(
        "https://drive.google.com/file/d/1AbC/view?usp=sharing",
        "https://drive.google.com/open?id=1AbC",
        "https://drive.google.com/uc?export=download&id=1",
    ),
    *("https://docs.google.com/uc?id=1AbC", "https://www.dropbox.com/scl/fi/a/clip.mp4?rlkey=x&dl=0", "https://www.dropbox.com/s/a/clip.mp4"),
    *(
        "https://dl.dropboxusercontent.com/s/a/clip.mp4",
        "https://assets.frame.io/u/c.mp4?Expires=1",
        "https://i.imgur.com/a.jpg",
        "https://media.giphy.com/a.gif",
    ),
    *(
        "https://raw.githubusercontent.com/o/r/main/c.mp4",
        "https://github.com/o/r/raw/main/c.mp4",
        "https://github.com/o/r/releases/download/v1/c.mp4",
    ),
    *("https://firm.sharepoint.com/:v:/s/T/E1?e=x&download=1", "https://firm.sharepoint.com/sites/m/_layouts/15/download.aspx?share=E1"),
    *(
        "https://onedrive.live.com/download?cid=A&resid=B",
        "https://firm.box.com/shared/static/a.mp4",
        "https://v16-webapp.tiktok.com/x/video/tos/?expire=1",
    ),
    *("https://scontent.cdninstagram.com/v/c.mp4?oe=1", "https://player.vimeo.com/external/1.hd.mp4?s=a", "https://lh3.googleusercontent.com/d/1AbC"),
    *("https://videos.pexels.com/video-files/1/1.mp4", "https://images.unsplash.com/photo-1?w=1080", "https://www.dropbox.com/sh/a/b/clip.mp4?dl=0"),
    *("clips/teaser.mp4", "https://youtube.com.example.com/clip"),
)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_called_a_page(address: str) -> None:
    """Whatever network, tool or store shows it."""
    assert leads_to(address) == "page"
    assert direct(address) == address


@pytest.mark.parametrize("address", FOLDERS)
def test_a_folder_is_called_a_folder(address: str) -> None:
    """It is not made into the address of a file either."""
    assert leads_to(address) == "folder"
    assert direct(address) == address


@pytest.mark.parametrize("address", FILES)
def test_what_may_be_a_file_is_left_to_the_platform(address: str) -> None:
    """Hosts that nobody knows, links that are made direct, and the networks' own stores."""
    assert leads_to(address) == ""


def test_a_page_is_an_error_in_every_media_column_without_a_look_at_it() -> None:
    """Videos, images of a carousel, the profile picture; the word for a folder is its own."""
    slides = "https://cdn.example.com/1.jpg; https://www.dropbox.com/scl/fo/a/b?rlkey=c"
    rows = [
        video("spring", 1, video="https://youtu.be/abc"),
        video("spring", 2, video_type="carousel", video=None, carousel_images=slides, tiktok_sound_url="https://vm.tiktok.com/ZM1/"),
    ]
    found = checked([bundle("spring", profile_picture="https://www.instagram.com/p/C1/")], rows)
    assert [code for _, code in codes(found)] == ["link_is_page"] * 3
    assert [("folder" in finding.message) for finding in found.errors] == [False, False, True]


@pytest.mark.parametrize("sound", ["https://www.tiktok.com/music/original-sound-7", "https://vm.tiktok.com/ZM1/", "https://www.tiktok.com/t/ZM1/"])
def test_a_page_of_tiktok_is_right_in_the_column_of_sounds(sound: str) -> None:
    """There it is the sound's own page, or a short link."""
    assert codes(checked([bundle("spring", videos_quantity=1)], [video("spring", 1, tiktok_sound_url=sound)])) == []


@pytest.mark.parametrize("sound", ["https://www.tiktok.com/@bites/video/7004", "https://cdn.example.com/a.mp3", "https://open.spotify.com/track/1"])
def test_what_is_no_sound_is_told(sound: str) -> None:
    """A warning: the creator may know what to make of it."""
    found = checked([bundle("spring", videos_quantity=1)], [video("spring", 1, tiktok_sound_url=sound)])
    assert [code for _, code in codes(found)] == ["sound_unlike"] and not found.errors


@pytest.mark.parametrize(
    "address",
    [
        *("https://studio.youtube.com/video/a/edit", "https://ads.tiktok.com/i18n", "https://v.douyin.com/a", "https://t.me/chan/12"),
        *("https://www.google.com/search?q=clip", "https://www.google.com/url?q=https://a.example/1.mp4", "https://accounts.google.com/ServiceLogin"),
        *("https://console.cloud.google.com/storage/browser/b/1.mp4", "https://eu-central-1.console.aws.amazon.com/s3/object/b"),
        *(
            "https://team.slack.com/files/U/F/a.mp4",
            "https://team.monday.com/boards/1",
            "https://pixeldrain.com/u/a",
            "https://discord.com/channels/1/2",
        ),
    ],
)
def test_more_pages_that_people_copy_from_the_bar_of_a_browser(address: str) -> None:
    """What needs a login, what lists a store's files, and what leads on to another page."""
    assert leads_to(address) == "page"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        *(("https://a.example/c.MP4?x=1.zip", "video"), ("https://a.example/p.jpg#v", "image"), ("https://a.example/c.zip", "archive")),
        *(("https://a.example/c.mp3", "sound"), ("https://a.example/brief.pdf", "document"), ("https://a.example/c.prproj", "project")),
        *(("https://a.example/clip", ""), ("https://a.zip/clip?f=a.zip", ""), ("https://a.example/v1.2/clip", "")),
    ],
)
def test_the_ending_of_a_link_tells_what_lies_behind(address: str, kind: str) -> None:
    """Of its path alone, not of its host nor of what follows a question mark."""
    assert kind_of(address)[0] == kind
