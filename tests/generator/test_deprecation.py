"""What a document calls deprecated warns once per line that uses it, sync and async, and costs nothing else."""

from __future__ import annotations

import asyncio
import inspect
import json
import linecache
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from generator.__main__ import main
from tests.answers import answering
from tests.generator.conftest import unchecked
from tests.generator.mutations import loaded
from tests.generator.small_documents import small
from tests.servers import ScriptedServer

SPEC = """\
paths:
  /things/{id}:
    get:
      deprecated: true
      x-sunset: 2027-03-31
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses: {'200': {description: Done, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
  /things:
    get:
      parameters:
        - {name: shade, in: query, deprecated: true, x-sunset: "2027-04-30", schema: {type: string}}
        - {name: cursor, in: query, schema: {type: string}}
      responses: {'200': {description: Done, content: {application/json: {schema: {$ref: '#/components/schemas/Things'}}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/NewThing'}}}
      responses: {'200': {description: Done, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
  /asked:
    post:
      deprecated: true
      responses: {'200': {description: Done, content: {application/stream+json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas:
    Thing: {type: object, properties: {id: {type: string}}}
    Things:
      type: object
      properties: {items: {type: array, items: {$ref: '#/components/schemas/Thing'}}, cursor: {type: string}}
    NewThing:
      type: object
      required: [name, kind]
      properties:
        name: {type: string}
        kind: {type: string, deprecated: true}
        colour: {type: string, deprecated: true}
"""
BLOCKS: dict[str, dict[str, Any]] = {
    "GET /things/{id}": {"method": "get"},
    "GET /things": {
        "method": "list",
        "pagination": {"style": "cursor", "param": "cursor", "next": "cursor", "items": "items"},
    },
    "POST /things": {"method": "make", "describe": {"colour": "Its colour."}},
    "POST /asked": {
        "method": "ask",
        "returns": "RunStream",
        "stream": {"semantics": "delta"},
        "result": {"at": [], "messages": [], "text": ["id"]},
    },
}
ANSWER = b'{"id": "t", "items": []}'

OLD: list[tuple[str, Callable[[Any], Any]]] = [
    ("things.get is deprecated: the service removes it on 2027-03-31", lambda c: c.things.get("t")),
    ("things.ask is deprecated: the service may remove it", lambda c: c.things.ask()),
    ("things.list: argument 'shade' is deprecated: the service removes it on 2027-04-30", lambda c: c.things.list(shade="x")),
    ("things.make: argument 'colour' is deprecated: the service may remove it", lambda c: c.things.make(name="n", kind="k", colour="red")),
]  # fmt: skip
IDS = ["method", "stream", "argument-of-a-page", "argument-of-a-body"]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deprecation")
    inputs, more = small(), YAML(typ="safe").load(SPEC)
    inputs.spec["paths"] |= more["paths"]
    inputs.spec["components"]["schemas"] |= more["components"]["schemas"]
    for name, block in BLOCKS.items():
        update = {"operationId": f"{block['method']}_thing", "tags": ["things"]}
        inputs.annotate(name, {**update, "x-alli-sdk": {"resource": "things", **block}})
    (folder / "spec.json").write_text(json.dumps(inputs.spec, default=str))
    (folder / "overlay.json").write_text(json.dumps(inputs.overlay))
    arguments = ["--spec", str(folder / "spec.json"), "--overlay", str(folder / "overlay.json")]
    with unchecked():
        assert main([*arguments, "--output", str(folder / "out")]) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def package(output: Path) -> Iterator[ModuleType]:
    with loaded(output, "alli_deprecation") as module:
        yield module


def warned(package: ModuleType, kind: str, calls: Callable[[Any], list[Any]]) -> list[warnings.WarningMessage]:
    """What the calls warn of, each awaited or read to its end."""

    async def asynchronous(url: str) -> None:
        async with package.AsyncAlli(api_key="k", base_url=url) as client:
            for given in calls(client):
                if hasattr(given, "__await__"):
                    await given
                else:
                    async with given as stream:
                        await stream.result()

    with ScriptedServer(answering(200, ANSWER)) as server, warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("default")
        if kind == "async":
            asyncio.run(asynchronous(server.url))
        else:
            with package.Alli(api_key="k", base_url=server.url) as client:
                for given in calls(client):
                    if hasattr(given, "text_stream"):
                        with given as stream:
                            stream.result()
    return [each for each in found if each.category is DeprecationWarning]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(("text", "call"), OLD, ids=IDS)
def test_a_call_warns_once_and_names_the_file_of_the_caller(
    package: ModuleType, kind: str, text: str, call: Callable[[Any], Any]
) -> None:
    found = warned(package, kind, lambda client: [call(client)])
    assert [(str(each.message), each.filename) for each in found] == [(text, __file__)]


def test_a_line_in_a_loop_warns_once_and_another_line_warns_again(package: ModuleType) -> None:
    def calls(client: Any) -> list[Any]:
        for _ in range(3):
            client.things.get("t")
        return [client.things.get("t")]

    found = warned(package, "sync", calls)
    assert len({each.lineno for each in found}) == len(found) == 2


@pytest.mark.parametrize("way", ["a task", "gathered"])
def test_a_call_that_the_event_loop_starts_warns_at_the_program_s_own_line(package: ModuleType, way: str) -> None:
    """No frame of the program is below it but the one that runs the loop: better than a line of asyncio's, which filters hide."""

    async def program(url: str) -> None:
        async with package.AsyncAlli(api_key="k", base_url=url) as client:
            if way == "a task":
                await asyncio.create_task(client.things.get("t"))
            else:
                await asyncio.gather(client.things.get("t"))

    with ScriptedServer(answering(200, ANSWER)) as server, warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("default")
        asyncio.run(program(server.url))
    (told,) = [each for each in found if each.category is DeprecationWarning]
    assert told.filename == __file__
    assert "asyncio.run(program" in (linecache.getline(told.filename, told.lineno))


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_what_is_not_deprecated_or_not_given_does_not_warn(package: ModuleType, kind: str) -> None:
    assert warned(package, kind, lambda client: [client.things.make(name="n", kind="k")]) == []


def test_type_checkers_and_readers_see_it(package: ModuleType, output: Path) -> None:
    text = "things.get is deprecated: the service removes it on 2027-03-31"
    for client in (package.Alli(api_key="k"), package.AsyncAlli(api_key="k")):
        assert client.things.get.__deprecated__ == text
        assert inspect.iscoroutinefunction(client.things.get) is isinstance(client, package.AsyncAlli)
        assert "Deprecated: the service removes it on 2027-03-31." in client.things.get.__doc__
        assert "shade: Deprecated; removed on 2027-04-30." in client.things.list.__doc__
        assert "colour: Its colour. Deprecated." in client.things.make.__doc__
        assert not hasattr(client.things.list, "__deprecated__")
    source = (output / "alli" / "resources.py").read_text("utf-8")
    assert "    from typing_extensions import deprecated as _deprecated" in source
    assert source.count(f'@_deprecated("{text}")') == 2
    assert "Deprecated: the service removes it on 2027-03-31." in (output / "reference.md").read_text("utf-8")
    assert json.loads((output / "alli" / "openapi.json").read_text("utf-8"))["paths"]["/asked"]["post"]["deprecated"]
