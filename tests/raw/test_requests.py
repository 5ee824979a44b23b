"""What a request builder makes of its arguments."""

import inspect
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def package(generate: Any, operation: Any) -> Any:
    def parameter(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"name": name, "in": place, "schema": schema}

    nullable = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]}
    body = {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Run"}},
            "multipart/form-data": {"schema": {"$ref": "#/components/schemas/RunForm"}},
        },
    }
    parameters = [
        parameter("ids", "query", nullable),
        parameter("pageSize", "query", {"type": "integer", "default": 50}),
        parameter("on", "query", {"type": "boolean"}),
        parameter("filter", "query", {"$ref": "#/components/schemas/Run"}),
        parameter("X-Text", "header", {"type": "string"}),
        parameter("X-On", "header", {"type": "boolean"}),
        parameter("X-Number", "header", {"type": "integer"}),
        parameter("session", "cookie", {"type": "string"}),
    ]
    lists = {
        "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Run"}}}}
    }
    form = {"content": {"application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Run"}}}}
    run = {"type": "object", "properties": {"a": {"type": "string"}}}
    return generate(
        paths={
            "/search": {"get": operation(operationId="search", parameters=parameters)},
            "/run": {"post": operation(operationId="run", requestBody=body)},
            "/list": {"post": operation(operationId="send_list", requestBody=lists)},
            "/form": {"post": operation(operationId="send_form", requestBody=form)},
        },
        schemas={"Run": run, "RunForm": run},
    )


def test_only_what_is_given_is_sent(package: Any) -> None:
    build = package("api.things.search").build_request
    assert build() == {"method": "get", "url": "/search", "params": {}, "cookies": {}, "headers": {}}
    nothing = dict.fromkeys(["ids", "page_size", "on", "filter_", "x_text", "x_on", "x_number", "session"])
    assert build(**nothing) == build()


def test_arguments_become_query_headers_and_cookies(package: Any) -> None:
    run = package("models").Run(a="b")
    built = package("api.things.search").build_request(
        ids=["1", "2"], page_size=3, on=False, filter_=run, x_text="t", x_on=True, x_number=0, session="s"
    )
    assert built["headers"] == {"X-Text": "t", "X-On": "true", "X-Number": "0"}
    assert built["cookies"] == {"session": "s"}
    query = httpx.Request("GET", "http://test", params=built["params"]).url.query
    assert query == b"ids=1&ids=2&pageSize=3&on=false&a=b"


def test_the_kind_of_body_decides_the_media_type(package: Any) -> None:
    models, build = package("models"), package("api.things.run").build_request
    sent = build(body=models.Run(a="x"))
    assert sent["json"] == {"a": "x"}
    assert sent["headers"] == {"Content-Type": "application/json"}
    sent = build(body=models.RunForm(a="x"))
    assert sent["files"] == [("a", (None, b"x", "text/plain"))]
    assert sent["headers"] == {}


def test_a_required_body_with_two_media_types_stays_required(package: Any) -> None:
    build = package("api.things.run").build_request
    assert inspect.signature(build).parameters["body"].default is inspect.Parameter.empty
    with pytest.raises(TypeError, match="body must be Run or RunForm, not dict"):
        build(body={"a": "secret"})


def test_an_optional_body_may_be_left_out(package: Any) -> None:
    run = package("models").Run
    assert "json" not in package("api.things.send_list").build_request()
    assert package("api.things.send_list").build_request(body=[run(a="1")])["json"] == [{"a": "1"}]
    assert package("api.things.send_form").build_request(body=run(a="1"))["data"] == {"a": "1"}


def test_the_description_of_a_parameter_stands_in_the_docstring(generate: Any, operation: Any) -> None:
    parameters = [
        {"name": "a", "in": "query", "description": "First one", "schema": {"type": "string"}},
        {"name": "b", "in": "query", "description": "Second one", "schema": {"type": "string", "description": "Text."}},
    ]
    paths = {
        "/a": {
            "get": operation(parameters=parameters),
            "parameters": [{"name": "c", "in": "header", "description": 'Said of "all"', "schema": {"type": "string"}}],
        }
    }
    text = inspect.getdoc(generate(paths=paths)("api.things.do_it").build_request) or ""
    assert "a: First one" in text
    assert "b: Second one" in text
    assert 'c: Said of "all"' in text
