"""Leads what a process means for Google to the one on this machine: `here` makes the environment of such a process."""

from __future__ import annotations

import os
from pathlib import Path

from tests.google_sheets.google import HOSTS, Google

_AT_START = """
import requests
from requests.adapters import HTTPAdapter

class _ToHere(HTTPAdapter):
    def send(self, request, *args, **kwargs):
        for host in {hosts!r}:
            if request.url.startswith(host):
                request.url = {origin!r} + request.url[len(host):]
        assert request.url.startswith({origin!r}), request.url
        return super().send(request, *args, **kwargs)

requests.Session.get_adapter = lambda self, url: _ToHere()
"""
"""Python runs a module of the name `sitecustomize` before anything else, and so in every process that is started from such a one."""


def here(google: Google, folder: Path) -> dict[str, str]:
    """The variables of a process, and of those that it starts, for which this Google is the only one, with a service account."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_AT_START.format(hosts=HOSTS, origin=google.origin), "utf-8")
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH", ""))))
    return {"PYTHONPATH": path, "BULKPORTAL_GOOGLE_SERVICE_ACCOUNT": str(google.account(folder / "google.json"))}
