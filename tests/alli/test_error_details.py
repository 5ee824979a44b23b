"""What a body says about an error, in each of the shapes that spec/README.md lists."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alli._json.error_details import MAX_MESSAGE_CHARS, ErrorDetails, describe_error, find_error
from hypothesis import example, given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["error", "errors", "code", "message", "detail", "name", "value", "type", "result", "loc", "msg"]
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=15,
)

E1 = {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"}
NESTED: Any = json.loads("[" * 400 + "1" + "]" * 400)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(E1, ErrorDetails("INVALID_TOKEN", 1013, "INVALID_TOKEN"), id="E1"),
        pytest.param({"result": [], "errors": "not JSON!"}, ErrorDetails("not JSON!"), id="E2"),
        pytest.param(
            {"errors": "internal error. Expecting value"}, ErrorDetails("internal error. Expecting value"), id="E4"
        ),
        pytest.param({"error": "Method Not Allowed POST"}, ErrorDetails("Method Not Allowed POST"), id="E6"),
        pytest.param({"errors": "Method Not Allowed PUT"}, ErrorDetails("Method Not Allowed PUT"), id="E7"),
        pytest.param(
            {"type": "APIError", "code": 7000, "message": "Something went wrong."},
            ErrorDetails("Something went wrong.", 7000, "APIError"),
            id="E8",
        ),
        pytest.param({"detail": "Not Found"}, ErrorDetails("Not Found"), id="E16 text"),
        pytest.param(
            {"detail": [{"loc": ["body", "name"], "msg": "field required", "type": "missing", "input": "secret"}]},
            ErrorDetails("body.name: field required"),
            id="E16 list",
        ),
        pytest.param({"message": "no"}, ErrorDetails("no"), id="message alone"),
        pytest.param("plain words", ErrorDetails("plain words"), id="text"),
        pytest.param(["one", "two"], ErrorDetails("one; two"), id="list of texts"),
        pytest.param([{"errors": "wrapped"}], ErrorDetails("wrapped"), id="wrapped in a list"),
        pytest.param({"errors": ["a", "", None, {"message": "b"}]}, ErrorDetails("a; b"), id="errors list"),
        pytest.param({"errors": {"message": "m", "code": "7003"}}, ErrorDetails("m", 7003), id="errors object"),
        pytest.param({"errors": {"name": ["too long"]}}, ErrorDetails("too long"), id="errors by field"),
    ],
)
def test_each_shape_of_an_error_status_is_understood(body: object, expected: ErrorDetails) -> None:
    assert describe_error(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {**E1, "code": 7000, "errors": "x", "detail": "y"},
            ErrorDetails("INVALID_TOKEN", 1013, "INVALID_TOKEN"),
            id="error object first",
        ),
        pytest.param(
            {"code": 7003, "message": "m", "error": "e", "errors": "x"}, ErrorDetails("m", 7003), id="then a code"
        ),
        pytest.param({"error": "e", "errors": "x", "detail": "d"}, ErrorDetails("e"), id="then error as text"),
        pytest.param({"errors": "x", "detail": "d", "message": "m"}, ErrorDetails("x"), id="then errors"),
        pytest.param({"detail": "d", "message": "m"}, ErrorDetails("d"), id="then detail"),
        pytest.param({"error": {"value": None, "code": 7001}}, ErrorDetails("7001", 7001), id="value null, code given"),
        pytest.param({"error": {"name": "X"}, "code": 7004}, ErrorDetails("X", 7004, "X"), id="code beside the error"),
        pytest.param({"error": {}, "errors": "x"}, ErrorDetails("x"), id="an empty error is none"),
    ],
)
def test_of_several_tellings_the_more_exact_one_counts(body: object, expected: ErrorDetails) -> None:
    assert describe_error(body) == expected


@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}, [None], [""], False, 0], ids=repr)
@pytest.mark.parametrize("key", ["error", "errors"])
def test_an_empty_error_inside_a_200_is_no_error(key: str, nothing: object) -> None:
    assert find_error({"result": {"id": "a"}, key: nothing}) is None
    assert find_error({key: nothing, ("errors" if key == "error" else "error"): None}) is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": "boom"}, "boom"),
        ({"result": "text", "errors": ["one", "two"]}, "one; two"),
        ({"errors": {"detail": "no such conversation"}}, "no such conversation"),
        ({"error": None, "errors": "second"}, "second"),
        ({"error": True}, "unnamed error"),
        (
            {"error": None, "type": "APIError", "code": 7000, "message": "Something went wrong."},
            "Something went wrong.",
        ),
        ([{"errors": "wrapped"}], "wrapped"),
    ],
)
def test_an_error_inside_a_200_is_found(body: object, message: str) -> None:
    details = find_error(body)
    assert details is not None
    assert details.message == message


@pytest.mark.parametrize(
    "body",
    [
        {"message": "hello"},
        {"detail": "of the app"},
        {"code": 5},
        {"type": "APIError"},
        "text",
        5,
        None,
        [],
        [1, 2],
        {},
    ],
    ids=repr,
)
def test_ordinary_data_inside_a_200_is_no_error(body: object) -> None:
    assert find_error(body) is None


@pytest.mark.parametrize("number", ["9" * 5000, 10**4000, -(10**4000)], ids=["text", "number", "negative"])
def test_a_message_is_cut_and_a_number_of_thousands_of_digits_is_no_code(number: str | int) -> None:
    details = describe_error({"error": {"value": number, "message": "x" * 5000}})
    assert details is not None
    assert details.code is None
    assert len(details.message) == MAX_MESSAGE_CHARS
    assert details.message.endswith("x…")


@pytest.mark.parametrize(
    "body", [{"error": NESTED}, {"errors": {"a": NESTED}}, {"detail": NESTED}, {"error": {"a": NESTED}}]
)
def test_a_body_nested_hundreds_deep_still_tells_that_there_is_an_error(body: dict[str, Any]) -> None:
    details = describe_error(body)
    assert details is not None
    assert details.message == "unnamed error"


@given(JSON)
def test_no_json_makes_the_reading_of_errors_fail(body: object) -> None:
    for details in (describe_error(body), find_error(body)):
        assert details is None or (details.message and len(details.message) <= MAX_MESSAGE_CHARS)


@given(JSON, st.sampled_from(["error", "errors"]))
@example({"code": "0\x1f"}, "error")
def test_what_is_an_error_inside_a_200_is_one_with_an_error_status_too(value: object, key: str) -> None:
    if find_error({key: value}) is not None:
        assert describe_error({key: value}) is not None
