"""Bodies of requests, of every media type a vendor could think of: a working method, sync and async, or an error that says what to do.

One package is made of a spec with an operation for each row of the tables; then each is called against a server.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generator.__main__ import main
from tests.answers import answering
from tests.generator.conftest import unchecked
from tests.generator.mutations import Inputs, loaded
from tests.generator.small_documents import SMALL, small
from tests.servers import Connection, ScriptedServer, SentRequest

NOTE = {"$ref": "#/components/schemas/Note"}
NOTES = {"type": "array", "items": NOTE}
TEXT = {"type": "string"}
FILE = {"type": "string", "format": "binary"}
UNION = {"oneOf": [NOTE, {"$ref": "#/components/schemas/Other"}]}

Content = dict[str, Any]

# Name, content of the body, signature, arguments, content type sent, body sent.
SENT: list[tuple[str, Content, str, dict[str, Any], str, bytes]] = [
    ("octets", {"application/octet-stream": {"schema": FILE}}, "body: bytes | FileInput", {"body": b"\0\xff"}, "application/octet-stream", b"\0\xff"),
    ("octet_text", {"application/octet-stream": {"schema": TEXT}}, "body: bytes | FileInput", {"body": ("a.bin", b"\1")}, "application/octet-stream", b"\1"),
    ("schemaless", {"application/octet-stream": {}}, "body: bytes | FileInput", {"body": ("n", io.BytesIO(b"of a file"))}, "application/octet-stream", b"of a file"),
    ("plain", {"text/plain": {"schema": TEXT}}, "body: str", {"body": "日本 é"}, "text/plain; charset=utf-8", "日本 é".encode()),
    ("latin", {"text/csv; charset=utf-8": {"schema": TEXT}}, "body: str", {"body": "a;b"}, "text/csv; charset=utf-8", b"a;b"),
    ("urlencoded", {"application/x-www-form-urlencoded": {"schema": NOTE}}, "title: str, done: bool | None = None, more: Mapping[str, Any] | None = None, tags: Sequence[str] | None = None",
     {"title": "a&b", "done": True, "tags": ["x", "y"], "more": {"k": [1, None]}}, "application/x-www-form-urlencoded", b"done=true&more=%7B%22k%22%3A+%5B1%2C+null%5D%7D&tags=x&tags=y&title=a%26b"),
    ("merge", {"application/merge-patch+json": {"schema": NOTE}}, "title: str", {"title": "t"}, "application/merge-patch+json", b'{"title":"t"}'),
    ("anything", {"application/json": {}}, "body: Any", {"body": [1, {"a": None}]}, "application/json", b'[1,{"a":null}]'),
    ("wild", {"*/*": {"schema": NOTE}}, "title: str", {"title": "t"}, "application/json", b'{"title":"t"}'),
    ("numbers", {"application/json": {"schema": {"type": "integer"}}}, "body: int", {"body": 7}, "application/json", b"7"),
    ("lists", {"application/json": {"schema": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}}}, "body: Sequence[Sequence[float]]", {"body": [(1, 2.5), []]}, "application/json", b"[[1,2.5],[]]"),
    ("unions", {"application/json": {"schema": UNION}}, "body: ", {"body": {"title": "t"}}, "application/json", b'{"title":"t"}'),
    ("union_lists", {"application/json": {"schema": {"type": "array", "items": UNION}}}, "body: Sequence[", {"body": [{"title": "t"}, {"id": 3}]}, "application/json", b'[{"title":"t"},{"id":3}]'),
    ("several", {"application/json": {"schema": NOTE}, "application/gzip": {"schema": FILE}, "application/xml": {"schema": NOTE}, "text/plain": {"schema": TEXT}}, "title: str", {"title": "t"}, "application/json", b'{"title":"t"}'),
    ("two_forms", {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"a": TEXT}}}, "text/plain": {"schema": TEXT}}, "a: str | None = None", {"a": "1"}, "application/x-www-form-urlencoded", b"a=1"),
    ("two_plain", {"application/pdf": {"schema": FILE}, "text/plain": {"schema": TEXT}}, "body: str", {"body": "t"}, "text/plain; charset=utf-8", b"t"),
]  # fmt: skip

# Name, content of the answer, what comes, what the method gives.
ANSWERS: list[tuple[str, Content, bytes, str, Any]] = [
    ("pdf", {"application/pdf": {"schema": FILE}}, b"%PDF\xff", "bytes", b"%PDF\xff"),
    ("xml", {"application/xml": {"schema": NOTE}}, b"<a/>", "bytes", b"<a/>"),
    ("table", {"text/csv": {"schema": TEXT}}, "é;b".encode(), "str", "é;b"),
    ("spring", {"*/*": {"schema": NOTES}}, b'[{"title": "t"}]', "list[Note]", "t"),
    ("both", {"application/atom+xml": {"schema": TEXT}, "application/json": {"schema": NOTES}}, b'[{"title": "t"}]', "list[Note]", "t"),
    ("bare", {"application/json": {}}, b'{"a": 1}', "Any", {"a": 1}),
]  # fmt: skip


def change(inputs: Inputs) -> None:
    schemas = inputs.spec["components"]["schemas"]
    schemas["Note"] = {
        "type": "object",
        "required": ["title"],
        "properties": {
            "title": TEXT,
            "done": {"type": "boolean"},
            "tags": {"type": "array", "items": TEXT},
            "more": {"type": "object"},
        },
    }
    schemas["Other"] = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    for name, content, *_ in SENT:
        inputs.add(f"POST /webapi/v2/{name}", {"requestBody": {"required": True, "content": content}})
    inputs.spec["components"].setdefault("requestBodies", {})["Upload"] = {
        "required": True,
        "content": {"application/octet-stream": {"schema": FILE}},
    }
    inputs.add("POST /webapi/v2/referred", {"requestBody": {"$ref": "#/components/requestBodies/Upload"}})
    inputs.add("PUT /webapi/v2/optional", {"requestBody": {"content": {"text/plain": {"schema": TEXT}}}})
    for name, content, *_ in ANSWERS:
        inputs.add(f"GET /webapi/v2/{name}", {"responses": {"200": {"description": "Done", "content": content}}})


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("bodies")
    inputs = small()
    change(inputs)
    (folder / "spec.json").write_text(json.dumps(inputs.spec), "utf-8")
    with unchecked():
        assert (
            main(["--spec", str(folder / "spec.json"), "--overlay", str(SMALL[1]), "--output", str(folder / "out")])
            == 0
        )
    with loaded(folder / "out", "alli_bodies") as module:
        yield module


def call(package: ModuleType, kind: str, url: str, name: str, method: str, **arguments: Any) -> Any:
    """What `client.<name>.<method>()` gives."""

    async def asynchronous() -> Any:
        async with package.AsyncAlli(api_key="k", base_url=url) as client:
            return await getattr(getattr(client, name), method)(**arguments)

    if kind == "async":
        return asyncio.run(asynchronous())
    with package.Alli(api_key="k", base_url=url) as client:
        return getattr(getattr(client, name), method)(**arguments)


done = answering(200, b"")


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fresh(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with their files at the beginning: a row is used by both clients."""
    for value in arguments.values():
        for part in value if isinstance(value, tuple) else ():
            if isinstance(part, io.BytesIO):
                part.seek(0)
    return arguments


@pytest.mark.parametrize(
    ("name", "_content", "signature", "arguments", "content_type", "body"), SENT, ids=lambda v: v if isinstance(v, str) else ""
)  # fmt: skip
def test_a_body_goes_out_as_its_media_type_wants_it(
    package: ModuleType,
    kind: str,
    name: str,
    _content: Content,
    signature: str,
    arguments: dict[str, Any],
    content_type: str,
    body: bytes,
) -> None:
    with ScriptedServer(done) as server:
        assert call(package, kind, server.url, name, "create", **fresh(arguments)) is None
        (request,) = server.requests
    assert request.headers["content-type"] == content_type
    assert as_compared(request) == body
    resource = getattr(package.Alli(api_key="k"), name)
    assert f"(*, {signature}" in str(inspect.signature(resource.create)).replace("'", "").replace("builtins.", "")


def as_compared(request: SentRequest) -> bytes:
    """The body; of JSON without its spaces, of a form with its fields in order."""
    if "json" in request.headers["content-type"]:
        return json.dumps(json.loads(request.body), separators=(",", ":")).encode()
    return (
        b"&".join(sorted(request.body.split(b"&"))) if "urlencoded" in request.headers["content-type"] else request.body
    )


def test_a_body_among_the_components_is_followed(package: ModuleType, kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" * 200_000)
    with ScriptedServer(done) as server:
        call(package, kind, server.url, "referred", "create", body=tmp_path / "a.bin")
        (request,) = server.requests
    assert (len(request.body), request.headers["content-length"]) == (200_000, "200000")


def test_a_file_is_sent_whole_again_when_the_service_was_busy(package: ModuleType, kind: str, tmp_path: Path) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request() is not None:
            busy = len(connection.server.requests) == 1
            connection.respond(429 if busy else 200, b"{}", {"Retry-After": "0"} if busy else None)

    (tmp_path / "a.bin").write_bytes(b"x" * 100_000)
    with ScriptedServer(answer) as server:
        call(package, kind, server.url, "octets", "create", body=tmp_path / "a.bin")
        assert [len(request.body) for request in server.requests] == [100_000, 100_000]


class Pipe(io.RawIOBase):
    """Bytes that can be read once and don't tell how many they are."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._content.readinto(buffer)


def test_a_file_that_can_be_read_once_is_sent_in_chunks_and_not_again(package: ModuleType, kind: str) -> None:
    busy = answering(429, b"{}", {"Retry-After": "0"})

    with ScriptedServer(busy) as server:
        with pytest.raises(package.RateLimitError):
            call(package, kind, server.url, "octets", "create", body=("p", Pipe(b"y" * 70_000)))
        (request,) = server.requests
    assert (request.headers["transfer-encoding"], request.body) == ("chunked", b"y" * 70_000)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("octets", "text", r"octets\.create: body: a str is not a file\. For a file on disk, pass pathlib\.Path"),
        ("octets", 3, r"octets\.create: body: must be a pathlib\.Path, an open binary file"),
        ("plain", b"bytes", r"plain\.create: body: must be str, not bytes"),
        ("numbers", "7", r"numbers\.create: body: must be int, not str"),
        ("unions", {1, 2}, r"unions\.create: body: a set can't be written as JSON"),
    ],
)
def test_a_body_of_a_wrong_type_is_refused_before_anything_is_sent(
    package: ModuleType, kind: str, name: str, value: Any, message: str
) -> None:
    with ScriptedServer(done) as server:
        with pytest.raises(package.InvalidArgumentError, match=message):
            call(package, kind, server.url, name, "create", body=value)
        assert server.requests == []


@pytest.mark.parametrize(
    ("name", "_content", "answer", "returns", "given"), ANSWERS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_an_answer_is_given_as_its_media_type_wants_it(
    package: ModuleType, kind: str, name: str, _content: Content, answer: bytes, returns: str, given: Any
) -> None:
    respond = answering(200, answer, {"Content-Type": next(iter(_content)).replace("*/*", "application/json")})

    with ScriptedServer(respond) as server:
        found = call(package, kind, server.url, name, "list")
    assert (found[0].title if isinstance(found, list) else found) == given
    method = getattr(package.Alli(api_key="k"), name).list
    told = str(inspect.signature(method).return_annotation).replace("builtins.", "").replace("alli.", "")
    assert told == returns


@pytest.mark.parametrize("content", [b"\0\xff", io.BytesIO(b"\0\xff")], ids=["bytes", "file"])
def test_the_raw_client_sends_it_too(package: ModuleType, kind: str, content: Any) -> None:
    if isinstance(content, io.BytesIO):
        content.seek(0)
    endpoint = importlib.import_module("alli_bodies.raw.api.octets.create_octets")
    body = importlib.import_module("alli_bodies.raw.types").File(payload=content)
    with ScriptedServer(done) as server:
        if kind == "async":

            async def asynchronous() -> Any:
                async with package.AsyncAlli(api_key="k", base_url=server.url) as client:
                    return await endpoint.asyncio_detailed(client=client.raw, body=body)

            response = asyncio.run(asynchronous())
        else:
            with package.Alli(api_key="k", base_url=server.url) as client:
                response = endpoint.sync_detailed(client=client.raw, body=body)
        (request,) = server.requests
    assert (response.status_code, request.body) == (200, b"\0\xff")
    assert request.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"application/xml": {"schema": {"type": "object", "properties": {"a": TEXT}}}}, "application/xml"),
        ({"multipart/mixed": {"schema": {"type": "object"}}}, "multipart/mixed"),
        ({"multipart/form-data": {"schema": {"type": "array", "items": FILE}}}, "multipart/form-data"),
        ({"application/x-www-form-urlencoded": {"schema": TEXT}}, "application/x-www-form-urlencoded"),
        ({"image/*": {"schema": FILE}}, "image/*"),
        ({"image/png": {"schema": FILE}}, "image/png"),
        ({"json": {"schema": NOTE}, "text/csv": {"schema": {"type": "array", "items": TEXT}}}, "json or text/csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_body_that_can_not_be_sent_is_told_with_its_line_and_what_to_do(
    workspace: Any, content: Content, named: str
) -> None:
    media = json.dumps(content).replace(json.dumps(NOTE), json.dumps({"type": "object"}))
    line = workspace.edit(
        workspace.spec,
        "\npaths:\n",
        f"\npaths:\n  /webapi/v2/x:\n    post:\n      requestBody:\n        content: {media}\n      responses: {{'200': {{description: Done}}}}\n",
    )
    before = workspace.tree()
    outcome = workspace.run()
    assert outcome.status == 1
    told = outcome.errors[0]
    assert told.startswith(
        f"spec.yaml:{line + 5}: POST /webapi/v2/x: a request body of {named} with this schema can't be sent; "
    )
    assert "text/* made of {type: string}, and application/octet-stream" in told
    assert workspace.tree() == before
