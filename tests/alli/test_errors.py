"""From an error answer to the class of its error."""

from __future__ import annotations

import json

import alli
import httpx
import pytest
from alli._json.error_details import status_error_class
from hypothesis import given
from hypothesis import strategies as st

from tests.alli.client_kind import ClientKind
from tests.alli.failing_calls import STANDARD, failing, reply


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "name", "message"),
    [
        pytest.param(
            401,
            {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"},
            alli.AuthenticationError,
            1013,
            "INVALID_TOKEN",
            "INVALID_TOKEN",
            id="E1 wrong key",
        ),
        pytest.param(
            400,
            {"result": [], "errors": "content must be JSON deserializable!"},
            alli.BadRequestError,
            None,
            None,
            "content must be JSON deserializable!",
            id="E2 no JSON",
        ),
        pytest.param(
            405,
            "Method not allowed",
            alli.MethodNotAllowedError,
            None,
            None,
            "Method not allowed",
            id="E3 method, html",
        ),
        pytest.param(
            500,
            {"errors": "internal error. Expecting value: line 1 column 1 (char 0)"},
            alli.InternalServerError,
            None,
            None,
            "internal error. Expecting value: line 1 column 1 (char 0)",
            id="E4 inputs",
        ),
        pytest.param(
            405,
            {"error": "Method Not Allowed POST"},
            alli.MethodNotAllowedError,
            None,
            None,
            "Method Not Allowed POST",
            id="E6",
        ),
        pytest.param(
            405,
            {"errors": "Method Not Allowed PUT"},
            alli.MethodNotAllowedError,
            None,
            None,
            "Method Not Allowed PUT",
            id="E7",
        ),
        pytest.param(500, STANDARD, alli.InternalServerError, 7000, "APIError", "Something went wrong.", id="E8 7000"),
        pytest.param(
            403,
            {**STANDARD, "code": 7001, "message": "m"},
            alli.AuthenticationError,
            7001,
            "APIError",
            "m",
            id="E8 7001",
        ),
        pytest.param(
            403, {**STANDARD, "code": 7002, "message": "m"}, alli.BadRequestError, 7002, "APIError", "m", id="E8 7002"
        ),
        pytest.param(
            400, {**STANDARD, "code": 7003, "message": "m"}, alli.BadRequestError, 7003, "APIError", "m", id="E8 7003"
        ),
        pytest.param(
            403, {**STANDARD, "code": 7004, "message": "m"}, alli.PaymentError, 7004, "APIError", "m", id="E8 7004"
        ),
        pytest.param(404, b"", alli.NotFoundError, None, None, "no message (text/html, 0 bytes)", id="E13 not shown"),
        pytest.param(
            400, {"message": "Invalid parameters"}, alli.BadRequestError, None, None, "Invalid parameters", id="E14"
        ),
        pytest.param(403, {"message": "forbidden"}, alli.PermissionDeniedError, None, None, "forbidden", id="E15"),
        pytest.param(404, {"detail": "Not Found"}, alli.NotFoundError, None, None, "Not Found", id="E16 unknown id"),
        pytest.param(
            422,
            {"detail": [{"type": "missing", "loc": ["body", "name"], "msg": "required"}]},
            alli.UnprocessableEntityError,
            None,
            None,
            "body.name: required",
            id="E16 validation",
        ),
        pytest.param(
            400,
            {"error": {"value": 7003, "name": "NOT_FOUND"}, "message": "m"},
            alli.BadRequestError,
            7003,
            "NOT_FOUND",
            "m",
            id="E16 another teller",
        ),
        pytest.param(
            451, {"errors": "not in the contract"}, alli.APIStatusError, None, None, "not in the contract", id="E17"
        ),
    ],
)
async def test_each_known_shape_of_an_error_has_its_class(
    client_kind: ClientKind, status: int, body: object, kind: type, code: int | None, name: str | None, message: str
) -> None:
    error = await failing(client_kind, "apps.get", "a1", answer=reply(status, body))
    assert type(error) is kind
    assert (error.status_code, error.code, error.name, error.message) == (status, code, name, message)
    assert error.body == (body or None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (402, alli.PaymentError),
        (409, alli.ConflictError),
        (418, alli.APIStatusError),
        (429, alli.RateLimitError),
        (499, alli.APIStatusError),
        (501, alli.InternalServerError),
        *((status, alli.InternalServerError) for status in (*range(520, 531), 598, 599)),
    ],
)
async def test_any_status_with_any_body_gives_the_class_of_the_status(
    client_kind: ClientKind, status: int, kind: type
) -> None:
    bodies = [b"", b"<html><title>Bad gateway</title>", b"\xff\xfe\x00", b"[]", b"null", b"7"]
    answers = iter([reply(status, body) for body in bodies])
    client = client_kind.mocked(lambda request: next(answers), max_retries=0)
    for _ in bodies:
        with pytest.raises(alli.APIStatusError) as caught:
            await client_kind.get(client.apps.get("a1"))
        assert type(caught.value) is kind
        assert caught.value.status_code == status
        assert caught.value.message


def test_the_service_s_own_number_decides_before_the_status() -> None:
    assert status_error_class(403, 7004, None) is alli.PaymentError
    assert status_error_class(500, 1013, None) is alli.AuthenticationError
    assert status_error_class(403, None, "INVALID_TOKEN") is alli.AuthenticationError
    assert status_error_class(403, 9999, "OTHER") is alli.PermissionDeniedError


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
async def test_a_redirect_is_an_error_that_asks_about_base_url(client_kind: ClientKind, status: int) -> None:
    answer = reply(status, b"", location="https://elsewhere.test/")
    error = await failing(client_kind, "apps.get", "a1", answer=answer)
    assert type(error) is alli.APIStatusError
    assert "Is base_url right?" in str(error)
    assert "redirects are not followed" in str(error)
    assert error.headers["location"] == "https://elsewhere.test/"


JSON_BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["result", "error", "errors", "code", "message", "detail", "id", "responses", "apps", "cursor"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
CALLS = {
    "apps.get": ("a1",),
    "apps.list": (),
    "apps.list_v1": (),
    "apps.create": (),
    "apps.run": ("a1",),
    "skills.run": ("s1", "x"),
    "conversations.start": (),
    "cognitive_config.get": (),
}


@given(
    body=st.one_of(JSON_BODIES.map(lambda value: json.dumps(value).encode()), st.binary(max_size=40)),
    status=st.integers(200, 599),
    method=st.sampled_from(sorted(CALLS)),
)
def test_whatever_a_service_answers_a_call_gives_a_value_or_one_of_our_errors_with_the_body_in_it(
    body: bytes, status: int, method: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=body)

    kwargs = dict.fromkeys(("type", "name", "description", "category"), "x") | {"published": True, "enabled": True}
    kwargs = kwargs if method == "apps.create" else {}
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = alli.Alli(api_key="k", base_url="https://mock.test", http_client=http, max_retries=0)
        resource, name = method.split(".")
        try:
            getattr(getattr(client, resource), name)(*CALLS[method], **kwargs)
        except (alli.APIStatusError, alli.AppError) as error:
            assert error.status_code == status
            if isinstance(error.body, bytes):
                assert error.body == body
            elif isinstance(error.body, str):
                assert error.body.encode() == body or error.body == json.loads(body)
            else:
                assert error.body == (json.loads(body) if body else None)
        else:
            assert status < 300
