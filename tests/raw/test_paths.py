"""A path parameter must not be able to change which operation is called."""

from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def build(generate: Any, operation: Any) -> Any:
    parameters = [
        {"name": "appId", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}},
    ]
    package = generate(paths={"/apps/{appId}/runs/{number}": {"get": operation(parameters=parameters)}})
    return package("api.things.do_it").build_request


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_an_id_that_is_no_segment_is_refused(build: Any, value: str) -> None:
    with pytest.raises(ValueError, match=r"appId must be a non-empty id other than '\.' and '\.\.'"):
        build(value, 1)


@pytest.mark.parametrize("value", [None, 3, b"id", ["id"], True], ids=repr)
def test_an_id_that_is_no_text_is_refused(build: Any, value: Any) -> None:
    with pytest.raises(TypeError, match=rf"appId must be str, not {type(value).__name__}$"):
        build(value, 1)


@pytest.mark.parametrize("value", ["1", 1.0, True, None], ids=repr)
def test_a_number_that_is_no_integer_is_refused(build: Any, value: Any) -> None:
    with pytest.raises(TypeError, match=rf"number must be int, not {type(value).__name__}$"):
        build("a", value)


def test_an_error_does_not_show_the_value(build: Any) -> None:
    with pytest.raises(ValueError, match="lone surrogate") as caught:
        build("secret\udcff", 1)
    assert (
        "secret" not in f"{caught.value!r} {caught.value.__context__ if not caught.value.__suppress_context__ else ''}"
    )


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("QXBwOmE/Yg==", "QXBwOmE%2FYg%3D%3D"),
        ("a/../b", "a%2F..%2Fb"),
        ("a?b#c&d", "a%3Fb%23c%26d"),
        ("%2e%2e", "%252e%252e"),
        ("앱 1", "%EC%95%B1%201"),
        ("...", "..."),
        ("{number}", "%7Bnumber%7D"),
        ("\x00\r\n", "%00%0D%0A"),
    ],
)
def test_an_id_stays_one_segment_of_the_path(build: Any, value: str, encoded: str) -> None:
    url = build(value, 7)["url"]
    assert url == f"/apps/{encoded}/runs/7"
    assert httpx.URL("http://test" + url).raw_path == url.encode()
