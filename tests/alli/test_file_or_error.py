"""What the service sends in place of a file is an error, and what only looks like one is a file."""

from __future__ import annotations

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.downloads import MEGABYTE, file_of
from tests.answers import answering
from tests.servers import ScriptedServer

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
OCTETS = {"Content-Type": "application/octet-stream"}
ATTACHED = {"Content-Disposition": "attachment"}
PAGE = b"<!doctype html><title>Sign in</title>"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"rows": []}', JSON),
        (b'{"error": "of a file"}', {**JSON, **ATTACHED}),
        (b'{"error": "of a file"}', OCTETS),
        (PAGE, {**HTML, **ATTACHED}),
        (PAGE, OCTETS),
        (b'{"error": "' + b"x" * 2 * MEGABYTE + b'"}', JSON),
        (b"a,b\n1,2\n", {"Content-Type": "text/csv"}),
        (b"", {}),
    ],
    ids=["json", "json attached", "json as octets", "page attached", "page as octets", "long json", "csv", "empty"],
)
async def test_a_file_that_looks_like_an_error_is_still_a_file(
    client_kind: ClientKind, body: bytes, headers: dict[str, str]
) -> None:
    with ScriptedServer(answering(200, body, headers)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url))
        assert await client_kind.get(file.read()) == body


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind"),
    [
        (404, b'{"detail": "gone"}', JSON, "NotFoundError"),
        (200, b'{"error": "boom"}', JSON, "AppError"),
        (200, b' \n{"errors": "boom"}', {}, "AppError"),
        (200, b'{"type": "APIError", "code": 7001, "message": "boom"}', JSON, "AuthenticationError"),
        (200, PAGE, HTML, "APIStatusError"),
        (200, PAGE + b" " * 2 * MEGABYTE, HTML, "APIStatusError"),
        (200, b"  <html>", {}, "APIStatusError"),
    ],
    ids=["404", "told", "told without a type", "told with a code", "page", "long page", "page without a type"],
)
async def test_an_error_in_place_of_a_file_is_raised_by_the_call(
    client_kind: ClientKind, status: int, body: bytes, headers: dict[str, str], kind: str
) -> None:
    with ScriptedServer(answering(status, body, headers)) as server:
        with pytest.raises(alli.AlliError) as caught:
            await file_of(client_kind, client_kind.make(base_url=server.url, max_retries=0))
        assert type(caught.value).__name__ == kind
        assert caught.value.request_id == server.requests[-1].headers["x-request-id"]


async def test_an_html_page_that_the_document_declares_is_a_file(client_kind: ClientKind) -> None:
    with ScriptedServer(answering(200, PAGE, HTML)) as server:
        file = await file_of(client_kind, client_kind.make(base_url=server.url), html=True)
        assert await client_kind.get(file.read()) == PAGE
