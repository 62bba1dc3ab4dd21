"""Share links and signed links, by their text alone: the direct address, and the day a link expires.

What people paste from Google Drive or Dropbox leads to a page about the file. The direct address leads
to the file itself, if it is shared with everybody who has the link.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from bulkportal.media.page_links import leads_to
from bulkportal.remote_files import scheme

DRIVE_HOST = "drive.usercontent.google.com"

_DRIVE = ("drive.google.com", "docs.google.com", DRIVE_HOST)
_DROPBOX = ("dropbox.com", "www.dropbox.com")
_META = ("cdninstagram.com", "fbcdn.net")
"""Hosts that sign with the hexadecimal second of the end."""
_DRIVE_PATH = re.compile(r"/file/(?:u/\d+/)?d/([\w-]+)")

Page: TypeAlias = Literal["virus_scan", "login", "quota", "page"]


def direct(address: str) -> str:
    """The address of the file itself for a share link of Google Drive or Dropbox; any other address as it is."""
    # Folders and documents of Drive have ids too, but nothing that could be downloaded by them.
    if leads_to(address):
        return address.strip()
    parts = urlsplit(address.strip())
    asked = dict(parse_qsl(parts.query))
    host = (parts.hostname or "").lower()
    if host in _DRIVE:
        found = _DRIVE_PATH.search(parts.path)
        identity = found.group(1) if found else asked.get("id", "")
        if not identity:
            return address.strip()
        key = {"resourcekey": asked["resourcekey"]} if "resourcekey" in asked else {}
        # `confirm` passes the page that asks before files too large for Google's virus scan.
        query = urlencode({"id": identity, "export": "download", "confirm": "t", **key})
        # Not drive.google.com, which only redirects there.
        return f"https://{DRIVE_HOST}/download?{query}"
    if host in _DROPBOX:
        return urlunsplit(parts._replace(query=urlencode({**asked, "dl": "1"})))
    return address.strip()


def expires(address: str) -> datetime | None:
    """When a signed link ends (UTC), if it says so: Amazon, Google, Azure, CloudFront, Alibaba, R2 and their like."""
    if "?" not in address:
        return None
    asked = {name.lower(): value for name, value in parse_qsl(urlsplit(address.strip()).query)}
    # Names alone do not make a signature: `expires` is a common parameter, so the others need a second one that signs.
    for prefix in ("x-amz-", "x-goog-"):
        began, lasts = asked.get(f"{prefix}date", ""), asked.get(f"{prefix}expires", "")
        if began and lasts.isdigit():
            return _after(began, int(lasts))
    if "sig" in asked and "se" in asked:
        return _moment(asked["se"])
    if "expires" in asked and {"signature", "key-pair-id", "ossaccesskeyid", "awsaccesskeyid", "googleaccessid"} & set(asked):
        return _epoch(asked["expires"])
    if "expire" in asked and {"signature", "sig", "token"} & set(asked):
        return _epoch(asked["expire"])
    if "oe" in asked and re.fullmatch(r"[0-9a-fA-F]{8}", asked["oe"]) and host_of(address).endswith(_META):
        return _epoch(str(int(asked["oe"], 16)))
    return None


def _after(began: str, seconds: int) -> datetime | None:
    try:
        return datetime.strptime(began, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


def _epoch(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def page_of(text: str) -> Page:
    """What a web page that came instead of a file is."""
    if "Virus scan warning" in text or "uc-download-link" in text or 'id="download-form"' in text:
        return "virus_scan"
    if "Quota exceeded" in text or "download quota" in text:
        return "quota"
    if re.search(r"accounts\.google\.com|ServiceLogin|/login\b|type=[\"']password|Request access|You need access", text):
        return "login"
    return "page"


def confirmed(text: str, address: str) -> str | None:
    """The address behind the button of Drive's virus-scan page: its form, filled in, on a host of Google's only."""
    form = re.search(r"<form\b[^<>]*?\baction=\"([^\"<>]+)\"", text)
    if form is None:
        return None
    target = urlsplit(urljoin(address, html.unescape(form.group(1))))
    if (target.hostname or "").lower() not in _DRIVE:
        return None
    fields = [_attributes(tag) for tag in re.findall(r"<input([^<>]*)>", text)]
    query = urlencode({field["name"]: field.get("value", "") for field in fields if field.get("type") == "hidden" and "name" in field})
    return urlunsplit(target._replace(query=query or target.query))


def _attributes(tag: str) -> Mapping[str, str]:
    return {name: html.unescape(value) for name, value in re.findall(r"(?<![\w-])([\w-]++)=\"([^\"]*)\"", tag)}


def host_of(address: str) -> str:
    """The host of an address, to be named to people: the rest of a link may be a permission."""
    return urlsplit(address).hostname or "the link"


def sharing_hint(address: str) -> str:
    """How to let everybody who has the link fetch the file, in the words of the service it lies at."""
    host = host_of(address).lower()
    if host in _DRIVE:
        return "In Google Drive choose Share, General access, Anyone with the link."
    if host in _DROPBOX:
        return "In Dropbox choose Share, and let anyone with this link view it."
    if scheme(address) not in ("http", "https"):
        return "Sign in with the store's own tool (aws, gcloud, ssh), as somebody who may read the file."
    return "Make the file public, or give a signed link."
