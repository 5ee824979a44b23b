"""Operations that answer what today's document doesn't: generated into one package, type-checked strictly, and called over a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generator import pipeline
from generator.__main__ import main
from generator.document.files import Document
from generator.raw import default_names
from tests.answers import answering
from tests.generator.conftest import unchecked
from tests.generator.mutation_changes import ref
from tests.generator.mutations import Inputs, loaded, mypy
from tests.generator.small_documents import small
from tests.servers import ScriptedServer

TEXT = {"type": "string"}
READY = {"type": "object", "properties": {"url": TEXT}}
PENDING = {"type": "object", "properties": {"id": TEXT}}


def content(schema: Any, media: str = "application/json") -> dict[str, Any]:
    return {"description": "Done", "content": {media: {"schema": schema}}}


def add(inputs: Inputs, name: str, url: str, responses: dict[str, Any], *queries: str, **block: Any) -> None:
    parameters = [{"name": query, "in": "query", "schema": TEXT} for query in queries]
    operation = {"operationId": name, "tags": ["things"], "parameters": parameters, "responses": responses}
    inputs.add(f"GET /webapi/v2/{url}", operation)
    inputs.annotate(f"GET /webapi/v2/{url}", {"x-alli-sdk": {"resource": "things", "method": name, **block}})


def change(inputs: Inputs) -> None:
    inputs.spec["components"]["schemas"].update(
        Ready=READY,
        Pending=PENDING,
        Ask={"type": "object", "properties": {"percent": {"type": "integer"}}},
        Account={
            "type": "object",
            "properties": {
                **dict.fromkeys(
                    ("id", "cognitiveSearchApiKey", "accessToken", "message", "answerText", "keyType"), TEXT
                ),
                "tokens": {"type": "integer"},
                "content": {},
            },
        },
        Open={"type": "object", "x-alli-sdk": {"hide": []}, "properties": {"token": TEXT}},
        Chats={"type": "object", "properties": {"chats": {"type": "array", "items": ref("Ask")}, "nextCursor": TEXT}},
        Moment={"type": "string", "format": "date-time"},
    )
    add(inputs, "export", "export", {"200": content(ref("Ready")), "202": content(ref("Pending"))})
    add(inputs, "maybe", "maybe", {"200": content(ref("Ready")), "204": {"description": "None"}})
    add(inputs, "running", "running", {"200": content({"type": "boolean"})})
    add(inputs, "count", "count", {"200": content({"type": "integer"})})
    add(inputs, "share", "share", {"200": content({"type": "number"})})
    add(inputs, "named", "named", {"200": content(TEXT)})
    add(inputs, "moment", "moment", {"200": content(ref("Moment"))})
    add(inputs, "either", "either", {"200": content({"anyOf": [ref("Ready"), ref("Pending"), {"type": "null"}]})})
    add(inputs, "plain", "plain", {"200": content(TEXT, "text/plain")})
    add(inputs, "image", "image", {"200": content({**TEXT, "format": "binary"}, "image/png")})
    add(inputs, "touch", "touch", {"204": {"description": "None"}})
    add(inputs, "account", "account", {"200": content(ref("Account"))})
    add(inputs, "open", "open", {"200": content(ref("Open"))})
    add(inputs, "chats", "chats", {"200": content(ref("Chats"))}, "cursor")
    add(inputs, "ask", "ask", {"200": content(ref("Ask"), "application/x-ndjson")})
    inputs.spec["paths"]["/webapi/v2/things/{id}/status"] = {
        "get": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "responses": {"200": content(ref("Ready"))},
        }
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    folder = tmp_path_factory.mktemp("answers")
    inputs = small()
    change(inputs)
    (folder / "spec.json").write_text(json.dumps(inputs.spec), "utf-8")
    (folder / "overlay.json").write_text(json.dumps(inputs.overlay), "utf-8")
    warnings: list[str] = []
    with unchecked():
        pipeline.generate(
            folder / "spec.json",
            folder / "overlay.json",
            folder / "out",
            warn=lambda problem: warnings.append(str(problem)),
        )
    return folder / "out", warnings


@pytest.fixture(scope="module")
def package(made: tuple[Path, list[str]]) -> Iterator[ModuleType]:
    with loaded(made[0], "alli_of_all_kinds") as module:
        yield module


def call(package: ModuleType, method: str, body: bytes, status: int = 200, *arguments: Any) -> Any:
    """What the sync client gives, and the async one the same."""

    async def asynchronous(url: str) -> Any:
        async with package.AsyncAlli(api_key="k", base_url=url) as client:
            return await getattr(client.things, method)(*arguments)

    with ScriptedServer(answering(status, body)) as server:
        with package.Alli(api_key="k", base_url=server.url) as client:
            given = getattr(client.things, method)(*arguments)
        assert asyncio.run(asynchronous(server.url)) == given
    return given


def test_each_status_has_its_own_type(package: ModuleType) -> None:
    ready = call(package, "export", b'{"url": "u"}')
    pending = call(package, "export", b'{"id": "e1"}', 202)
    assert (type(ready).__name__, ready.url) == ("Ready", "u")
    assert (type(pending).__name__, pending.id) == ("Pending", "e1")
    assert package.Alli(api_key="k").things.export.__annotations__["return"] == "alli.Ready | alli.Pending"


def test_an_answer_without_content_beside_one_with_it_is_none(package: ModuleType) -> None:
    assert call(package, "maybe", b"", 204) is None
    assert call(package, "maybe", b'{"url": "u"}').url == "u"


@pytest.mark.parametrize(
    ("method", "body", "value"),
    [
        ("running", b"false", False),
        ("count", b"7", 7),
        ("share", b"0.5", 0.5),
        ("share", b"1", 1.0),
        ("named", b'"n"', "n"),
        ("plain", b"text", "text"),
        ("image", b"\x89PNG", b"\x89PNG"),
        ("touch", b"", None),
        ("either", b"null", None),
    ],
)
def test_a_value_of_each_kind_is_read(package: ModuleType, method: str, body: bytes, value: Any) -> None:
    given = call(package, method, body)
    assert given == value
    assert type(given) is type(value)


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("running", b"{}"),
        ("running", b"null"),
        ("running", b"1"),
        ("count", b"true"),
        ("count", b'"7"'),
        ("named", b"{}"),
        ("share", b'"0.5"'),
        ("moment", b'"tomorrow"'),
        ("either", b"5"),
    ],
)
def test_a_value_of_another_type_is_an_error_and_not_the_wrong_value(
    package: ModuleType, method: str, body: bytes
) -> None:
    with pytest.raises(Exception, match="which this operation does not give") as caught:
        call(package, method, body)
    assert type(caught.value).__name__ == "APIStatusError"


def test_the_package_is_clean_under_strict_mypy(made: tuple[Path, list[str]]) -> None:
    assert mypy(made[0]) == ""


def test_what_looks_like_a_secret_or_a_persons_words_is_in_no_repr(package: ModuleType) -> None:
    private = {
        "cognitiveSearchApiKey": "CANARY1",
        "accessToken": "CANARY2",
        "message": "CANARY3",
        "answerText": "CANARY4",
    }
    shown = repr(
        call(
            package,
            "account",
            json.dumps({**private, "content": ["CANARY5"], "keyType": "k", "tokens": 3, "id": "i"}).encode(),
        )
    )
    assert "CANARY" not in shown
    assert all(part in shown for part in ("id='i'", "key_type='k'", "tokens=3"))


def test_the_overlay_can_show_what_looks_like_a_secret(package: ModuleType) -> None:
    assert repr(call(package, "open", b'{"token": "t"}')) == "Open(token='t')"


def test_a_stream_without_a_block_gives_its_records_and_a_warning(
    package: ModuleType, made: tuple[Path, list[str]]
) -> None:
    records = call(package, "ask", b'{"percent": 1}\n\n{"percent": 2}\r\n')
    assert [record.percent for record in records] == [1, 2]
    assert call(package, "ask", b"") == []
    with pytest.raises(Exception, match="boom") as caught:
        call(package, "ask", b'{"percent": 1}\n{"error": "boom"}\n')
    assert type(caught.value).__name__ == "AppError"
    with pytest.raises(Exception, match="not JSON"):
        call(package, "ask", b'{"percent": 1}\n<html>')
    (warning,) = [line for line in made[1] if "answers a stream" in line]
    assert "x-alli-sdk: {stream: {records: true}}" in warning


@pytest.mark.usefixtures("unchecked")
def test_a_list_that_looks_paged_is_warned_of_with_the_block_to_paste(
    made: tuple[Path, list[str]], tmp_path: Path
) -> None:
    (warning,) = [line for line in made[1] if "looks like a list in pages" in line]
    assert "GET /webapi/v2/chats" in warning
    block = "pagination: {style: cursor, param: cursor, next: nextCursor, items: chats}"
    assert block in warning
    inputs = small()
    change(inputs)
    inputs.overlay["actions"].append(
        {
            "target": "$.paths['/webapi/v2/chats'].get",
            "update": {
                "x-alli-sdk": {
                    "pagination": {"style": "cursor", "param": "cursor", "next": "nextCursor", "items": "chats"}
                }
            },
        }
    )
    (tmp_path / "spec.json").write_text(json.dumps(inputs.spec), "utf-8")
    (tmp_path / "overlay.json").write_text(json.dumps(inputs.overlay), "utf-8")
    assert (
        main(
            [
                *(
                    "--spec",
                    str(tmp_path / "spec.json"),
                    "--overlay",
                    str(tmp_path / "overlay.json"),
                    "--output",
                    str(tmp_path / "out"),
                )
            ]
        )
        == 0
    )
    text = (tmp_path / "out" / "alli" / "resources.py").read_text("utf-8")
    assert ") -> alli.Page[alli.Ask]:" in text


@pytest.mark.parametrize(
    ("url", "answer", "name"),
    [
        ("/webapi/v2/things/{id}/status", READY, "things.get_status"),
        ("/webapi/v2/things/{id}/parts", {"type": "array", "items": READY}, "things.list_parts"),
        (
            "/webapi/v2/things/{id}/parts",
            {"type": "object", "properties": {"parts": {"type": "array", "items": {}}}},
            "things.list_parts",
        ),
        ("/webapi/v2/rare/status", READY, "rare.get_status"),
        ("/webapi/v2/rare/status", {}, "rare.list_status"),
        ("/webapi/v2/things", READY, "things.list"),
        ("/webapi/v2/things/{id}", READY, "things.get"),
    ],
)
def test_a_default_name_reads_as_what_the_operation_gives(url: str, answer: Any, name: str) -> None:
    data = {"paths": {url: {"get": {"responses": {"200": content(answer)}}}}}
    default_names.annotate(Document(data, {}, "test.yaml"))
    block = data["paths"][url]["get"]["x-alli-sdk"]
    assert f"{block['resource']}.{block['method']}" == name
