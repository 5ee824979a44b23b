"""Whatever status and body come, the raw calls answer instead of breaking."""

import inspect
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def package(generate: Any, operation: Any) -> Any:
    schemas = {
        "Thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        "Error": {"type": "object", "properties": {"message": {"type": "string"}}},
    }
    error = {
        "description": "No",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    done = operation({"$ref": "#/components/schemas/Thing"})
    done["responses"] |= {"400": error, "401": error, "5XX": error}
    text = operation(operationId="read_text")
    text["responses"] = {"200": {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    binary = operation(operationId="read_bytes")
    schema = {"type": "string", "format": "binary"}
    binary["responses"] = {"default": {"description": "", "content": {"application/octet-stream": {"schema": schema}}}}
    return generate(paths={"/a": {"get": done}, "/b": {"get": text}, "/c": {"get": binary}}, schemas=schemas)


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest, package: Any) -> Any:
    """One call with a client of the HTTP library."""

    async def run(status: int, content: bytes, operation: str = "do_it") -> Any:
        transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
        module = package(f"api.things.{operation}")
        if request.param == "sync":
            with httpx.Client(base_url="http://test", transport=transport) as client:
                return module.sync_detailed(client=client)
        async with httpx.AsyncClient(base_url="http://test", transport=transport) as client:
            return await module.asyncio_detailed(client=client)

    return run


@pytest.mark.parametrize("status", [200, 299, 404, 418, 499, 502, 520, 524, 529, 599, 799])
async def test_any_status_is_given_back_as_a_number(call: Any, status: int) -> None:
    response = await call(status, b"{}")
    assert response.status_code == status
    assert type(response.status_code) is int
    assert response.content == b"{}"


async def test_good_answers_alone_are_parsed(call: Any, package: Any) -> None:
    """An error is raised by `client.raw`, so that no type names its model."""
    assert (await call(200, b'{"id": "1"}')).parsed == package("models").Thing(id="1")
    for status in (400, 401, 404, 500, 520, 599):
        response = await call(status, b'{"message": "m"}')
        assert (response.parsed, response.content) == (None, b'{"message": "m"}')
    for module in ("sync", "asyncio"):
        told = inspect.get_annotations(getattr(package("api.things.do_it"), module))["return"]
        assert told == "Thing | None"


@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Sign in</html>", b'{"id": ', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "html", "cut", "bytes", "deep"],
)
async def test_a_body_that_is_not_json_gives_none(call: Any, status: int, body: bytes) -> None:
    response = await call(status, body)
    assert response.parsed is None
    assert response.content == body


@pytest.mark.parametrize("body", [b"[1]", b'"text"', b"null", b"3"], ids=bytes.decode)
async def test_json_of_another_shape_is_kept_as_it_came(call: Any, body: bytes) -> None:
    assert (await call(200, body)).parsed in ([1], "text", None, 3)


async def test_text_and_bytes_are_handed_over(call: Any) -> None:
    assert (await call(200, "ü".encode(), "read_text")).parsed == "ü"
    assert (await call(200, b"\x00", "read_bytes")).parsed.payload == b"\x00"
