"""An S3 server on loopback: moto's, behind a door that looks at presigned addresses as Amazon does.

moto takes any signature, and one that has expired. So the door signs what came once more, with Amazon's own signer, and
lets in only what gives the same signature before its time is over. All else is moto's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

import boto3
from botocore.auth import SIGV4_TIMESTAMP, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

WHO, SECRET, REGION = "AKIALAUNCH", "not-a-secret-of-anybody", "us-east-1"


@dataclass(frozen=True)
class Seen:
    """A request to a presigned address, and what the door said of it."""

    method: str
    path: str
    headers: dict[str, str]
    verdict: str


class S3:
    """The server, with one bucket; moto keeps one store for all servers of a process, so each test file has a bucket of its own.

    As the storage host of a simulator it keeps what is uploaded there.

    `signs` turns what an address is signed for: a Content-Type and its seconds of life.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.seen: list[Seen] = []
        self.signs = lambda content_type, seconds: (content_type, seconds)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._door, threaded=True, request_handler=MotoRequestHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self.public = f"{self.address}/{bucket}/"
        self._keys = {"aws_access_key_id": WHO, "aws_secret_access_key": SECRET, "region_name": REGION}

    def __enter__(self) -> Self:
        self._thread.start()
        # An address of version 4: only there the Content-Type is a header that must be sent as signed.
        self.client = boto3.client("s3", endpoint_url=self.address, config=Config(signature_version="s3v4"), **self._keys)
        self.client.create_bucket(Bucket=self.bucket)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.client.close()
        self._server.shutdown()
        self._thread.join()

    # -- the storage host of a simulator

    def upload_url(self, key: str, content_type: str, seconds: int) -> str:
        """As boto3 signs it."""
        signed, life = self.signs(content_type, seconds)
        return self.client.generate_presigned_url("put_object", {"Bucket": self.bucket, "Key": key, "ContentType": signed}, ExpiresIn=life)

    def holds(self, key: str) -> bool:
        return key in self._names()

    @property
    def objects(self) -> dict[str, bytes]:
        """Everything in the bucket."""
        return {name: self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read() for name in self._names()}

    def _names(self) -> list[str]:
        return [item["Key"] for item in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", [])]

    # -- the door

    def _door(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "X-Amz-Signature" not in environ["QUERY_STRING"]:
            return self._moto(environ, start_response)
        headers = {name.removeprefix("HTTP_").replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        headers |= {name: environ[key] for name, key in (("content-type", "CONTENT_TYPE"), ("content-length", "CONTENT_LENGTH")) if environ.get(key)}
        verdict = _verdict(environ["REQUEST_METHOD"], f"{self.address}{environ['REQUEST_URI']}", headers)
        self.seen.append(Seen(environ["REQUEST_METHOD"], environ["PATH_INFO"], headers, verdict))
        if not verdict:
            return self._moto(environ, start_response)
        environ["wsgi.input"].read(int(headers.get("content-length", "0")))
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        return [f"<Error><Code>{verdict}</Code></Error>".encode()]


def _verdict(method: str, url: str, headers: dict[str, str]) -> str:
    """Nothing, or Amazon's word for what is wrong with a presigned address and the headers it came with."""
    said = {name: values[0] for name, values in parse_qs(url.partition("?")[2]).items()}
    signed = {name: headers.get(name, "") for name in said["X-Amz-SignedHeaders"].split(";")}
    request = AWSRequest(method, url.rpartition("&X-Amz-Signature=")[0], headers=signed)
    request.context["timestamp"] = said["X-Amz-Date"]
    signer = S3SigV4QueryAuth(Credentials(WHO, SECRET), "s3", REGION)
    if signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request) != said["X-Amz-Signature"]:
        return "SignatureDoesNotMatch"
    begun = datetime.strptime(said["X-Amz-Date"], SIGV4_TIMESTAMP).replace(tzinfo=UTC)
    return "ExpiredToken" if datetime.now(UTC) >= begun + timedelta(seconds=int(said["X-Amz-Expires"])) else ""
