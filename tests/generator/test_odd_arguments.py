"""Arguments of kinds that our document does not have, as they go out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from generator import pipeline
from tests.answers import answering
from tests.generator.mutations import loaded
from tests.generator.small_documents import FILE, SMALL, TEXT, body, named, small
from tests.servers import ScriptedServer, SentRequest

IDENTITY = [named(name, "header", required=True) for name in ("API-KEY", "OWN-USER-ID")]
LIST = {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}
UPLOAD = {"type": "object", "properties": {"file": FILE, "more": {**FILE, "type": ["string", "null"]}, "note": TEXT}}
SAME = {"type": "object", "properties": dict.fromkeys(("ID", "Id", "class", "id"), TEXT)}
MAYBE = {"type": ["object", "null"], "properties": {"a": TEXT}}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """One with an operation for each kind, checked by the generator itself."""
    folder = tmp_path_factory.mktemp("odd")
    inputs = small()
    inputs.add("GET /webapi/v2/known", {"parameters": [*IDENTITY, named("sid", "cookie"), named("X-Note", "header")]})
    inputs.add(
        "GET /webapi/v2/kinds", {"parameters": [named("kinds", "query", LIST), named("X-Kinds", "header", LIST)]}
    )
    inputs.add("POST /webapi/v2/uploads", {"requestBody": body(UPLOAD, "multipart/form-data")})
    inputs.add("POST /webapi/v2/sames", {"requestBody": body(SAME)})
    inputs.add("POST /webapi/v2/maybes", {"requestBody": body(MAYBE)})
    inputs.add("POST /webapi/v2/texts", {"requestBody": body({"type": "object", "properties": {"data": FILE}})})
    either = {"type": "object", "properties": {"part": {"oneOf": [FILE, TEXT]}}}
    inputs.add("POST /webapi/v2/parts", {"requestBody": body(either, "multipart/form-data")})
    (folder / "spec.json").write_text(json.dumps(inputs.spec), "utf-8")
    pipeline.generate(folder / "spec.json", SMALL[1], folder / "out")
    with loaded(folder / "out", "alli_odd") as module:
        yield module


def sent(package: ModuleType, resource: str, method: str, **arguments: Any) -> SentRequest:
    with (
        ScriptedServer(answering(200, b"{}")) as server,
        package.Alli(api_key="k", base_url=server.url, user_id="u") as client,
    ):
        getattr(getattr(client, resource), method)(**arguments)
        return server.requests[0]


def test_a_required_header_that_the_client_sets_is_not_an_argument(package: ModuleType) -> None:
    headers = sent(package, "known", "list").headers
    assert (headers["api-key"], headers["own-user-id"]) == ("k", "u")


def test_a_list_of_listed_values_goes_into_a_query_and_a_header(package: ModuleType) -> None:
    request = sent(package, "kinds", "list", kinds=["a", "b"], x_kinds=["b"])
    assert request.target == "/webapi/v2/kinds?kinds=a&kinds=b"
    assert request.headers["x-kinds"] == "b"


def test_a_file_that_need_not_be_given_need_not_be_given(package: ModuleType) -> None:
    assert b"filename" not in sent(package, "uploads", "create", note="n").body
    assert sent(package, "uploads", "create", more=("a.txt", b"1")).body.count(b"filename") == 1


def test_a_file_in_json_is_text(package: ModuleType) -> None:
    assert sent(package, "texts", "create", data="aGk=").body == b'{"data":"aGk="}'


@pytest.mark.parametrize(("part", "is_file"), [(("a.txt", b"x"), True), ("x", False), (None, False)])
def test_a_part_that_is_a_file_or_text_goes_out_as_what_is_given(package: ModuleType, part: Any, is_file: bool) -> None:
    content = sent(package, "parts", "create", part=part).body
    assert (b'filename="a.txt"' in content) is is_file
    assert content.count(b"\r\n\r\nx\r\n") == (part is not None)


def test_the_argument_that_is_called_as_on_the_wire_is_that_one(package: ModuleType) -> None:
    assert json.loads(sent(package, "sames", "create", id="1", class_="c").body) == {"id": "1", "class": "c"}


def test_a_body_that_may_be_null_is_one_argument(package: ModuleType) -> None:
    assert sent(package, "maybes", "create", body={"a": "1"}).body == b'{"a":"1"}'


@pytest.mark.parametrize(
    ("argument", "value", "told"),
    [
        ("sid", "a;admin=1", "'sid' can't hold ';', which ends a cookie"),
        ("sid", "a\r\nX: y", "'sid' can be printable ASCII only"),
        ("x_note", "é", "'X-Note' can be printable ASCII only"),
        ("x_note", "a\r\nX: y", "'X-Note' can be printable ASCII only"),
    ],
)
def test_a_header_or_cookie_can_not_become_two(package: ModuleType, argument: str, value: str, told: str) -> None:
    with package.Alli(api_key="k", base_url="http://127.0.0.1:9", user_id="u") as client:
        with pytest.raises(package.InvalidArgumentError, match=told) as caught:
            client.known.list(**{argument: value})
        assert value not in str(caught.value)
