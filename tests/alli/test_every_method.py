"""Every method that is made from the document, called over a socket: its request is the documented one, and a documented answer is read.

The methods are taken from the document and the arguments from their signatures, so that a new operation is tested without a line here.
What the methods of today mean to a program is in test_methods.py.
"""

from __future__ import annotations

import collections.abc
import datetime
import inspect
import json
import types
import typing
import uuid
from functools import cached_property
from importlib import resources
from typing import Any, Literal, cast
from urllib.parse import parse_qs, quote

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.multipart import parts_of
from tests.answers import answering
from tests.samples import sample
from tests.servers import ScriptedServer, SentRequest
from tests.spec.reading import Operation, body_fields, companions, facade, resolve, snake_case, validator

DOCUMENT: dict[str, Any] = json.loads(resources.files("alli").joinpath("openapi.json").read_text("utf-8"))
METHODS = {name: (operation, block) for name, operation, block in facade(DOCUMENT)}
WAYS = pytest.mark.parametrize("given", ["what it must have", "all it may have"])


@pytest.mark.parametrize("name", METHODS)
@WAYS
async def test_a_method_sends_the_documented_request_and_reads_the_documented_answer(
    name: str, given: str, client_kind: ClientKind
) -> None:
    operation, block = METHODS[name]
    streams = "stream" in block and ("Stream" in block.get("returns", "") or "records" in (block["stream"] or ()))
    media_type, answer = documented_answer(operation, stream=streams)
    body = b"" if answer is ... else b"%PDF" if block.get("answer") == "file" else json.dumps(answer).encode() + b"\n"
    with ScriptedServer(answering(200, body, {"Content-Type": media_type})) as server:
        client = client_kind.make(base_url=server.url, strict=True, max_retries=0)
        method = method_of(client, name)
        arguments = arguments_for(method, operation, block, optional=given == "all it may have")
        result = await taken(client_kind, method(**arguments))
    assert fits(result, typing.get_type_hints(method)["return"]), type(result)
    (request,) = server.requests
    check_request(request, operation, arguments, block)


def test_every_method_of_the_clients_is_of_the_document_or_written_by_hand(client_kind: ClientKind) -> None:
    """Else one could be left out above."""
    client = client_kind.make()
    for name in METHODS:
        assert inspect.isroutine(method_of(client, name)), name
    rendered = {
        f"{resource}.{method}"
        for resource, attribute in vars(type(client)).items()
        if isinstance(attribute, cached_property) and not resource.startswith("_")
        for method in vars(type(getattr(client, resource)))
        if not method.startswith("_")
    }
    assert rendered <= METHODS.keys() | set(companions(DOCUMENT))


SURE = {"live": "seen", "doc·P": "not seen here", "code": "program", "assumed": "inferred"}
"""A word that a docstring has where no official page that was seen describes the operation, by its grade."""


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_where_it_is_described_or_how_sure_it_is(name: str, client_kind: ClientKind) -> None:
    _, block = METHODS[name]
    said = " ".join((inspect.getdoc(method_of(client_kind.make(), name)) or "").rpartition("Source: ")[2].split())
    assert (SURE[block["grade"]] in said and "https:" not in said) if "grade" in block else "https:" in said


def method_of(client: Any, name: str) -> Any:
    for part in name.split("."):
        client = getattr(client, part)
    return client


def documented_answer(operation: Operation, *, stream: bool) -> tuple[str, Any]:
    """Media type and a sample of the answer of the first status that is a good one; `...` where it has no body."""
    status = min(key for key in operation.data["responses"] if key.startswith("2"))
    content = resolve(DOCUMENT, operation.data["responses"][status]).get("content", {})
    chosen = [kind for kind in content if ("stream" in kind) == stream] or list(content)
    if not chosen:
        return "text/plain", ...
    return chosen[0], sample(DOCUMENT, content[chosen[0]].get("schema", True))


async def taken(client_kind: ClientKind, result: Any) -> Any:
    """What the call gives in the end; a stream is read to its end."""
    if "Stream" not in type(result).__name__:
        result = await client_kind.get(result)
        if "File" in type(result).__name__:
            async with client_kind.entered(result) as file:
                assert await client_kind.get(file.read())
        return result
    if "RecordStream" in type(result).__name__:
        async with client_kind.entered(result) as stream:
            assert await client_kind.list(stream)
        return result
    async with client_kind.entered(result) as stream:
        events = await client_kind.list(stream)
        assert events[-1].type == "completed"
        assert (await client_kind.get(stream.result())) == events[-1].result
    return result


# ---------------------------------------------------------------- Arguments


def arguments_for(method: Any, operation: Operation, block: dict[str, Any], *, optional: bool) -> dict[str, Any]:
    """A value for each argument of a method, from the schema of what it is sent as, if that is known."""
    hints = typing.get_type_hints(method)
    schemas = argument_schemas(operation, block)
    return {
        name: value_of(hints[name], schemas.get(name, {}))
        for name, parameter in inspect.signature(method).parameters.items()
        if (optional and name != block.get("handle", {}).get("continues")) or parameter.default is parameter.empty
    }


def argument_schemas(operation: Operation, block: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The schema behind each argument; for form fields that hold JSON there is none."""
    fields = body_fields(DOCUMENT, operation)
    wire = {parameter["name"]: parameter.get("schema", {}) for parameter in operation.parameters} | fields
    for outer in block.get("flatten", {}):
        schema = wire.pop(outer)
        wire |= resolve(DOCUMENT, next(iter(schema.get("anyOf", [schema]))))["properties"]
    for name in block.get("json_strings", []):
        wire.pop(name)
    found = {block.get("rename", {}).get(name) or snake_case(name): schema for name, schema in wire.items()}
    if "body" in block:
        content = resolve(DOCUMENT, operation.data["requestBody"])["content"]
        found[block["body"]["argument"]] = next(iter(content.values()))["schema"]
    return found


def value_of(hint: Any, schema: dict[str, Any]) -> Any:
    """A value of the type `hint` that fits the schema, as a program would write it."""
    kinds: tuple[Any, ...] = (
        typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    )
    kind = next(each for each in kinds if each not in (types.NoneType, alli.Unset))
    origin = typing.get_origin(kind) or kind
    wire = sample(DOCUMENT, schema) if schema else None
    if origin is Literal:
        return typing.get_args(kind)[0]
    if origin in (datetime.datetime, datetime.date):
        return (
            origin.fromisoformat(wire) if isinstance(wire, str) else datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)
        )
    if origin is uuid.UUID:
        return uuid.UUID("12345678-1234-5678-1234-567812345678")
    if hasattr(origin, "from_dict"):
        return origin.from_dict(wire if isinstance(wire, dict) else {})
    if "FileInput" in str(kind) or origin is tuple or hasattr(origin, "open"):
        return ("a.txt", b"text")
    if origin in (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection):
        return [value_of((typing.get_args(kind) or (str,))[0], resolve(DOCUMENT, schema).get("items", {}))]
    if origin is collections.abc.Callable:
        return lambda *_: None
    if origin in (dict, collections.abc.Mapping):
        return wire if isinstance(wire, dict) and wire else {"name": "value"}
    if wire is not None and (origin in (Any, object) or isinstance(wire, origin)):
        return wire
    return {int: 1, float: 1.5, bool: True}.get(origin, "text")


# ---------------------------------------------------------------- Request and result


def check_request(request: SentRequest, operation: Operation, arguments: dict[str, Any], block: dict[str, Any]) -> None:
    """The request has the operation's method and path, the parameters the document knows, and a body that fits its schema."""
    verb, _, path = operation.name.partition(" ")
    in_path = [p["name"] for p in operation.parameters if p["in"] == "path"]
    for name in in_path:
        value = arguments[block.get("rename", {}).get(name) or snake_case(name)]
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    assert (request.method, request.path) == (verb, path)
    sent = parse_qs(request.target.partition("?")[2], keep_blank_values=True).keys()
    known = {p["name"]: p.get("required", False) for p in operation.parameters if p["in"] == "query"}
    assert {name for name in known if known[name]} <= sent <= known.keys()
    content = resolve(DOCUMENT, operation.data.get("requestBody", {})).get("content", {})
    media_type = request.headers.get("content-type", "").partition(";")[0]
    assert media_type in content or not request.body
    fields: set[str] = set()
    if media_type == "multipart/form-data":
        fields = {part.name for part in parts_of(request)}
    elif request.body:
        body = json.loads(request.body)
        validator(DOCUMENT, content[media_type]["schema"]).validate(body)
        fields = set(body) if isinstance(body, dict) else {""}
    assert "body" in block or fields <= body_fields(DOCUMENT, operation).keys()
    assert sent or fields or len(arguments) == len(in_path), "the arguments went nowhere"


def fits(value: Any, hint: Any) -> bool:
    """Whether a result is what the annotation of its method promises."""
    origin, inner = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, each) for each in inner)
    if origin in (Any, object):
        return True
    if origin is None or origin is types.NoneType:
        return value is None
    if origin in (alli.Page, alli.AsyncPager):
        return (
            isinstance(value, (alli.Page, alli.AsyncPage))
            and bool(value.items)
            and all(fits(one, inner[0]) for one in value.items)
        )
    if origin in (collections.abc.Awaitable, collections.abc.Coroutine):
        return fits(value, inner[-1])
    if not isinstance(value, cast("type[Any]", origin)) or (origin is int and isinstance(value, bool)):
        return False
    return all(fits(one, inner[0]) for one in value) if origin is list and inner else True
