"""Input and output: a request that was received in full, and its answer.

Envelopes follow API reference 1.4: ``{data: ...}`` with charges beside it, or ``{error: {...}}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Never

JsonObject = dict[str, object]


class ApiRefusal(Exception):
    """The platform refuses. `code` is upper case here; seed 002 endpoints send it lower (S1)."""

    def __init__(self, status: int, code: str, message: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def envelope(self, *, lower: bool = False) -> JsonObject:
        """The error as seed 000 shows it."""
        error: JsonObject = {"code": self.code.lower() if lower else self.code}
        error["message"] = self.message
        # Left out where there are none, as in the seeds' examples.
        if self.details:
            error["details"] = dict(self.details)
        return {"error": error}


def _not_json(constant: str) -> Never:
    raise ValueError(f"JSON has no {constant}.")


def parsed(body: bytes) -> object:
    """The JSON of a body; an empty one counts as ``{}``. Anything else is a 400.

    What cannot be serialised again is refused here too: half a surrogate pair or an infinite number, once stored,
    would break every answer that contains it.
    """
    if not body.strip():
        return {}
    try:
        found: object = json.loads(body, parse_constant=_not_json)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise invalid("The request body is not valid JSON.") from None
    return found


def invalid(message: str, **details: object) -> ApiRefusal:
    """400 VALIDATION_ERROR (seeds 001 and 003)."""
    return ApiRefusal(400, "VALIDATION_ERROR", message, details)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a multipart body."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """A request whose body has arrived in full. Header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    form: Mapping[str, str | Part] | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    tenant: str = ""
    trouble: str | None = None

    @property
    def is_write(self) -> bool:
        """Whether the method may change something."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    def json(self) -> JsonObject:
        """The body as a JSON object; an empty body counts as ``{}``."""
        found = parsed(self.body)
        if not isinstance(found, dict):
            raise invalid("The request body must be a JSON object.")
        return found

    def text_part(self, name: str) -> str | None:
        """A text field of a multipart body."""
        value = self.multipart().get(name)
        return value if isinstance(value, str) else None

    def file_part(self) -> Part:
        """The file of a multipart body; it is required."""
        value = self.multipart().get("file")
        if not isinstance(value, Part):
            raise invalid("A file is required in the multipart field 'file'.", field="file")
        return value

    def multipart(self) -> Mapping[str, str | Part]:
        """The fields of a multipart body."""
        if self.form is None:
            raise invalid("The request must be multipart/form-data.")
        return self.form


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status, a body and headers. A mapping is sent as JSON, bytes as they are."""

    status: int = 200
    body: Mapping[str, object] | bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """The bytes that go on the wire."""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()

    def with_headers(self, extra: Mapping[str, str]) -> Answer:
        """The same answer with more headers."""
        return replace(self, headers={**self.headers, **extra})


def data(value: object, beside: Mapping[str, object] | None = None, *, status: int = 200) -> Answer:
    """A success: `value` under ``data``, anything else beside it (API reference 1.4)."""
    return Answer(status=status, body={"data": value, **(beside or {})})
