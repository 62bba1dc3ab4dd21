"""Other people's hosts, played by one real server: a file host, Google Drive, Dropbox, and their pages instead of files."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

SCAN_PAGE = """<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head><body>
<form id="download-form" action="https://drive.usercontent.google.com/download" method="get">
<input type="submit" value="Download anyway"/><input type="hidden" name="id" value="big">
<input type="hidden" name="export" value="download"><input type="hidden" name="confirm" value="t">
<input type="hidden" name="uuid" value="6f1a"></form></body></html>"""


@dataclass
class Hosts:
    """Answers by host and path. `files` are what lies there; `seen` what was asked, with its headers."""

    files: dict[str, bytes] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    cuts: int = 0

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.answer, methods=["GET", "HEAD", "POST", "PUT"])])

    async def answer(self, request: Request) -> Response:
        host = request.headers["host"]
        self.seen.append((f"{host}{request.url.path}?{request.url.query}", dict(request.headers)))
        if host == "drive.usercontent.google.com":
            return self.drive(request)
        if host == "accounts.google.com":
            return HTMLResponse("<html><title>Sign in - Google Accounts</title><input type='password'></html>")
        if host == "www.dropbox.com" and request.query_params.get("dl") != "1":
            return HTMLResponse("<!doctype html><html>Dropbox preview</html>")
        return self.plain(request, f"{host}{request.url.path}")

    def drive(self, request: Request) -> Response:
        identity = request.query_params["id"]
        if identity == "secret":
            return RedirectResponse("https://accounts.google.com/ServiceLogin?continue=x", 302)
        if identity == "worn":
            return HTMLResponse("<html><title>Google Drive - Quota exceeded</title></html>")
        if identity == "big" and request.query_params.get("uuid") != "6f1a":
            return HTMLResponse(SCAN_PAGE)
        return self.plain(request, f"drive/{identity}")

    def plain(self, request: Request, name: str) -> Response:
        known = {"cdn.example.com/page": HTMLResponse("<html>hello</html>"), "cdn.example.com/locked": Response(status_code=403)}
        if name in known:
            return known[name]
        if name == "cdn.example.com/round":
            return RedirectResponse("/round")
        if name == "cdn.example.com/inward":
            return RedirectResponse("http://127.0.0.1:9/metadata")
        if name not in self.files:
            return Response(status_code=404)
        return self.file(request, self.files[name])

    def file(self, request: Request, content: bytes) -> Response:
        headers = {"ETag": f'"{hash(content):x}"', "Content-Type": "application/octet-stream"}
        asked = request.headers.get("range")
        if asked:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            part = content[int(first) : int(last) + 1]
            if not part:
                return Response(status_code=416)
            return Response(part, 206, {**headers, "Content-Range": f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}"})
        if self.cuts:
            self.cuts -= 1
            return StreamingResponse(iter([content[: len(content) // 2]]), headers={**headers, "Content-Length": str(len(content))})
        return Response(content, headers=headers)
