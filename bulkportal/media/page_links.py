"""Links that lead to a page or a folder, by their text alone: what people copy from a browser's address bar.

Only known services are judged, and of those only paths that cannot be a file. Share links that `share_links` can turn
into the address of the file are not among these. Everything else is left to `links`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, TypeAlias

Target: TypeAlias = Literal["", "page", "folder"]
"""Where a link leads, as far as its text tells: nothing, a page that shows something, or a folder."""

_SHOWN = re.compile(r"(?i)/[^/]*\.(?:mp4|mov|m4v|webm|avi|mkv|jpe?g|png|gif|webp|heic)(?:[?#]|$)")
"""The path ends like a file's."""
_HTML = re.compile(r"(?i)/[^/?#]+\.x?html?(?:[?#]|$)")
_DOWNLOADS = re.compile(r"(?i)[?&](?:download|dl)=1(?:&|$)|/download(?:\.aspx)?(?:[/?]|$)")

_Words: TypeAlias = tuple[str, str]
"""Patterns of a host's paths: which are pages, and which are folders. Compiled when a link to the host is seen: hundreds would slow the start."""
_Rule: TypeAlias = tuple[re.Pattern[str], re.Pattern[str]]


# The empty pattern finds itself in every path, `(?!)` in none: by default everything is a page.
def _rule(page: str = "", folder: str = r"(?!)") -> _Words:
    return page, folder


_EVERY_PAGE = _rule()
_NETWORKS = (
    *(
        "youtube.com",
        "youtu.be",
        "music.youtube.com",
        "youtube-nocookie.com",
        "tiktok.com",
        "vm.tiktok.com",
        "vt.tiktok.com",
        "instagram.com",
        "instagr.am",
    ),
    *(
        "facebook.com",
        "fb.com",
        "fb.watch",
        "web.facebook.com",
        "twitter.com",
        "x.com",
        "t.co",
        "threads.net",
        "threads.com",
        "linkedin.com",
        "pinterest.com",
    ),
    *("pin.it", "snapchat.com", "reddit.com", "twitch.tv", "dailymotion.com", "dai.ly", "bilibili.com", "weibo.com", "vk.com", "ok.ru", "kwai.com"),
    *("likee.video", "triller.co", "rumble.com", "tumblr.com", "studio.youtube.com", "ads.tiktok.com", "business.tiktok.com", "l.instagram.com"),
    *("l.facebook.com", "lm.facebook.com", "business.facebook.com", "adsmanager.facebook.com", "clips.twitch.tv", "m.twitch.tv", "bsky.app"),
    *("douyin.com", "v.douyin.com", "iesdouyin.com", "xiaohongshu.com", "xhslink.com", "kuaishou.com", "v.kuaishou.com", "b23.tv", "lemon8-app.com"),
    *("t.me", "discord.com", "discord.gg", "web.whatsapp.com", "wa.me", "open.spotify.com", "soundcloud.com", "music.apple.com"),
)
_TOOLS = (
    *(
        "canva.com",
        "canva.site",
        "frame.io",
        "app.frame.io",
        "next.frame.io",
        "f.io",
        "notion.so",
        "notion.com",
        "notion.site",
        "loom.com",
        "figma.com",
    ),
    *(
        "miro.com",
        "trello.com",
        "asana.com",
        "app.asana.com",
        "monday.com",
        "airtable.com",
        "clickup.com",
        "app.clickup.com",
        "capcut.com",
        "kapwing.com",
    ),
    *(
        "veed.io",
        "descript.com",
        "share.descript.com",
        "web.descript.com",
        "express.adobe.com",
        "adobe.ly",
        "wipster.io",
        "vidyard.com",
        "share.vidyard.com",
    ),
    *(
        "wistia.com",
        "streamable.com",
        "giphy.com",
        "tenor.com",
        "unsplash.com",
        "pexels.com",
        "pixabay.com",
        "shutterstock.com",
        "flickr.com",
        "imgur.com",
    ),
    *("photos.google.com", "photos.app.goo.gl", "lens.google.com", "sites.google.com", "calendar.google.com", "mail.google.com", "keep.google.com"),
    *("accounts.google.com", "chat.google.com", "teams.microsoft.com", "outlook.office.com", "outlook.live.com", "app.heygen.com", "app.air.inc"),
    *("console.cloud.google.com", "s3.console.aws.amazon.com", "console.aws.amazon.com", "portal.azure.com", "app.hootsuite.com", "app.later.com"),
    *("slack.com", "app.slack.com", "linktr.ee", "medium.com", "behance.net", "dribbble.com", "evernote.com", "milanote.com", "app.milanote.com"),
)
_TRANSFERS = (
    *(
        "wetransfer.com",
        "we.tl",
        "fromsmash.com",
        "swisstransfer.com",
        "transfernow.net",
        "mega.nz",
        "mega.io",
        "mediafire.com",
        "gofile.io",
        "sendgb.com",
    ),
    *(
        "terabox.com",
        "pan.baidu.com",
        "disk.yandex.ru",
        "disk.yandex.com",
        "yadi.sk",
        "icloud.com",
        "share.icloud.com",
        "drive.proton.me",
        "pcloud.com",
    ),
    *(
        "u.pcloud.link",
        "e.pcloud.link",
        "pcloud.link",
        "sync.com",
        "ln5.sync.com",
        "hightail.com",
        "spaces.hightail.com",
        "filemail.com",
        "dropsend.com",
    ),
)
_FOLDERS = r"/folders?[/?]|/folderview|/drive/(?:u/\d+/)?(?:folders|my-drive|shared-with-me|shared-drives|recent|starred|home)"

_RULES: Mapping[str, _Words] = {
    # First, since some of these have a rule of their own below, which replaces it.
    **dict.fromkeys((*_NETWORKS, *_TOOLS, *_TRANSFERS), _EVERY_PAGE),
    "google.com": _rule(page=r"^/(?:search|url|imgres)\b"),
    "pixeldrain.com": _rule(page=r"^/u/", folder=r"^/l/"),
    "sendspace.com": _rule(page=r"^/file/"),
    "mega.nz": _rule(folder=r"^/(?:folder/|#F!)"),
    "gofile.io": _rule(folder=r"^/d/"),
    "mediafire.com": _rule(folder=r"^/(?:folder/|\?sharekey)"),
    "photos.google.com": _rule(folder=r"^/(?:u/\d+/)?(?:share|album)/"),
    "photos.app.goo.gl": _rule(folder=""),
    "vimeo.com": _rule(page=r"^/(?!.*/download(?:[/?]|$))"),
    "player.vimeo.com": _rule(page=r"^/video/"),
    "drive.google.com": _rule(page=r"^/?$|^/drive(?:[/?]|$)", folder=_FOLDERS),
    "docs.google.com": _rule(page=r"^/(?:a/[^/]+/)?(?:document|spreadsheets|presentation|forms|drawings|videos)/(?!.*/export)", folder=_FOLDERS),
    "dropbox.com": _rule(page=r"^/?$|^/(?:t|request|l|paper|transfer)/", folder=r"^/(?:scl/fo|sh)/|^/(?:home|work|personal)(?:[/?]|$)"),
    "onedrive.live.com": _rule(folder=r"[?&]folder=|[?&]v=photos|^/(?:about)?/?\?id=root"),
    "1drv.ms": _rule(folder=r"^/f/"),
    "box.com": _rule(page=r"/(?:s|file|v|notes)/", folder=r"/folder/"),
    "github.com": _rule(page=r"^/[^/]+/[^/]+/(?:blob|issues|pull|wiki|releases/tag)(?:/|$)|^/[^/]+/[^/]+/?$", folder=r"^/[^/]+/[^/]+/tree/"),
    "gitlab.com": _rule(page=r"/-/blob/", folder=r"/-/tree/"),
    "sharepoint.com": _rule(
        page=r"/:[a-z]:/|/_layouts/15/(?:stream|onedrive|doc|viewer|guestaccess)\.aspx", folder=r"/:f:/|/Forms/AllItems\.aspx|/onedrive\.aspx"
    ),
}
_OF_FAMILIES = (
    "console.aws.amazon.com",
    "monday.com",
    "sharepoint.com",
    "box.com",
    "notion.site",
    "canva.site",
    "slack.com",
    "wetransfer.com",
    "terabox.com",
)
"""Services that give each customer a subdomain."""
_FILES_TOO = (
    *("github.com", "gitlab.com", "sharepoint.com", "onedrive.live.com", "slack.com", "google.com", "console.cloud.google.com"),
    "console.aws.amazon.com",
)
"""Hosts whose pages have the same ending as the file that they show."""


ENDINGS: Mapping[str, frozenset[str]] = {
    "video": frozenset(["mp4", "mov", "m4v", "webm", "avi", "mkv", "mpg", "mpeg", "wmv", "flv", "3gp"]),
    "image": frozenset(["jpg", "jpeg", "png", "webp", "gif", "heic", "heif", "avif", "bmp", "tif", "tiff"]),
    "sound": frozenset(["mp3", "wav", "m4a", "aac", "ogg", "flac", "aif", "aiff"]),
    "archive": frozenset(["zip", "rar", "7z", "tar", "gz", "tgz"]),
    "document": frozenset(["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "rtf", "pages", "numbers", "key", "srt", "vtt"]),
    "project": frozenset(["psd", "ai", "indd", "prproj", "aep", "fcpxml", "drp", "veg", "sketch", "xd"]),
}
"""File name endings by kind of file."""
_ENDING = re.compile(r"/[^/?#]*\.([A-Za-z0-9]{2,6})(?:[?#]|$)")


def kind_of(address: str) -> tuple[str, str]:
    """The kind of file that the ending of a link's path means, and that ending; both empty where it says nothing."""
    found = _ENDING.search(address.strip().partition("://")[2])
    ending = found[1].lower() if found else ""
    kind = next((kind for kind, endings in ENDINGS.items() if ending in endings), "")
    return kind, ending if kind else ""


def is_strange(host: str) -> bool:
    """Whether links to a host (in lower case) have to be judged one by one, since there are rules for the service."""
    return _known(host)[1] is not None


def leads_to(address: str) -> Target:
    """Where a link leads, if its text shows that it cannot be a file."""
    _, mark, rest = address.strip().partition("://")
    host, slash, path = rest.partition("/")
    if not mark or not host:
        return ""
    path = slash + path
    if path in ("", "/"):
        return "page"
    if _HTML.search(path):
        return "page"
    name, rule = _known(host.lower())
    if rule is None or (_DOWNLOADS.search(path) and name in _FILES_TOO):
        return ""
    # On most hosts a path that ends in .mp4 is the file; on these it may as well be the page that shows it.
    if _SHOWN.search(path) and name not in (*_FILES_TOO, "wetransfer.com"):
        return ""
    page, folder = rule
    return "folder" if folder.search(path) else "page" if page.search(path) else ""


@lru_cache(maxsize=4096)
def _known(host: str) -> tuple[str, _Rule | None]:
    """The service that a host belongs to, with what is known of its paths."""
    host = host.rpartition("@")[2].partition(":")[0]
    for prefix in ("", "www.", "m.", "mobile."):
        name = host.removeprefix(prefix)
        if name in _RULES and (not prefix or host.startswith(prefix)):
            return name, _compiled(name)
    family = next((name for name in _OF_FAMILIES if host.endswith(f".{name}")), "")
    return family, _compiled(family) if family else None


def _compiled(name: str) -> _Rule:
    page, folder = _RULES[name]
    return re.compile(page, re.IGNORECASE), re.compile(folder, re.IGNORECASE)
