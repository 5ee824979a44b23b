"""From an answer that is none to the error a caller gets: its class, what it holds, and what it tells the person who reads it."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import time
from typing import Any

import alli
import httpx
import pytest
from alli import errors
from alli.errors import status_error_class
from alli_emulator import AppInput, AppRun, Emulator
from hypothesis import given
from hypothesis import strategies as st

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer

PUBLIC_ERRORS = sorted(
    (kind for kind in vars(alli.errors).values() if inspect.isclass(kind) and issubclass(kind, alli.AlliError)),
    key=lambda kind: kind.__name__,
)
STANDARD = {"type": "APIError", "code": 7000, "message": "Something went wrong."}


def reply(status: int, body: object, **headers: str) -> httpx.Response:
    if isinstance(body, (bytes, str)):
        return httpx.Response(status, content=body, headers={"content-type": "text/html", **headers})
    return httpx.Response(status, json=body, headers=headers)


async def failing(kind: ClientKind, method: str, *args: Any, answer: httpx.Response, **options: Any) -> Any:
    """The error of one call that is answered by `answer`."""
    client = kind.mocked(lambda request: answer, max_retries=0, **options)
    resource, name = method.split(".")
    with pytest.raises(alli.AlliError) as caught:
        await kind.get(getattr(getattr(client, resource), name)(*args))
    return caught.value


# Shapes of spec/README.md, "Errors, as they are answered"


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


# Errors inside a 200


async def test_an_error_inside_a_good_run_is_an_app_error_with_all_that_came(client_kind: ClientKind) -> None:
    body = {"error": "The model is busy", "result": {"id": "a1", "responses": [{"message": "half an answer"}]}}
    error = await failing(client_kind, "apps.run", "a1", {"q": "x"}, answer=reply(200, body))
    assert type(error) is alli.AppError
    assert error.message == "The model is busy"
    assert error.result.text == "half an answer"
    assert error.result.request_id == error.request_id
    assert error.body == body
    assert error.status_code == 200
    assert "half an answer" not in str(error)


async def test_an_error_inside_a_skill_s_answer_keeps_the_answer(client_kind: ClientKind) -> None:
    body = {"result": "a whole answer", "errors": ["first", "second"]}
    error = await failing(client_kind, "skills.run", "s1", "hello", answer=reply(200, body))
    assert type(error) is alli.AppError
    assert error.message == "first; second"
    assert error.result.text == "a whole answer"


@pytest.mark.parametrize("method", ["start", "send", "end"])
async def test_an_errors_object_of_a_conversation_is_an_app_error(client_kind: ClientKind, method: str) -> None:
    args = {"start": (), "send": ("c1", "hi"), "end": ("c1",)}[method]
    body = {"errors": {"code": 12, "message": "no such conversation"}, "result": None}
    error = await failing(client_kind, f"conversations.{method}", *args, answer=reply(200, body))
    assert type(error) is alli.AppError
    assert (error.message, error.code, error.result) == ("no such conversation", 12, None)


@pytest.mark.parametrize("nothing", [None, "", [], {}], ids=repr)
@pytest.mark.parametrize("key", ["error", "errors"])
async def test_an_empty_error_inside_a_200_is_a_good_answer(client_kind: ClientKind, key: str, nothing: object) -> None:
    body = {"result": {"id": "a1", "responses": [{"message": "yes"}]}, key: nothing}
    client = client_kind.mocked(lambda request: reply(200, body))
    assert (await client_kind.get(client.apps.run("a1"))).text == "yes"


async def test_one_failed_answer_in_a_good_run_is_told_on_its_message(client_kind: ClientKind) -> None:
    body = {"result": {"id": "a1", "responses": [{"message": "good"}, {"message": "", "error": "this one failed"}]}}
    client = client_kind.mocked(lambda request: reply(200, body))
    result = await client_kind.get(client.apps.run("a1"))
    assert [message.error for message in result.messages] == [None, "this one failed"]
    assert result.text == "good"


async def test_a_wrong_key_told_inside_a_200_is_an_authentication_error(client_kind: ClientKind) -> None:
    body = {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"}
    error = await failing(client_kind, "apps.run", "a1", answer=reply(200, body))
    assert type(error) is alli.AuthenticationError
    assert "sdkKey" in str(error)
    assert error.status_code == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<!doctype html><title>Sign in</title>", "not JSON (text/html, 37 bytes)"),
        (b"", "not JSON (text/html, 0 bytes)"),
        (b"  \n", "not JSON (text/html, 3 bytes)"),
        (b"\xff\xfe\x00\xd8", "not JSON (text/html, 4 bytes)"),
        (b'{"cut": ', "not JSON (text/html, 8 bytes)"),
        (b'"text"', "a JSON string, which this operation does not give"),
        (b"null", "a JSON null, which this operation does not give"),
        (b"[]", "a JSON array, which this operation does not give"),
        (b"true", "a JSON boolean, which this operation does not give"),
        (b"1.5", "a JSON number, which this operation does not give"),
    ],
)
async def test_a_200_that_is_no_answer_is_an_error_that_asks_about_base_url(
    client_kind: ClientKind, body: bytes, told: str
) -> None:
    error = await failing(client_kind, "apps.get", "a1", answer=reply(200, body))
    assert type(error) is alli.APIStatusError
    assert str(error) == f"apps.get: GET /webapi/v2/apps/a1: HTTP 200, but the answer is {told}. Is base_url right?"
    assert error.status_code == 200


@pytest.mark.parametrize("method", ["apps.run", "skills.run", "conversations.start"])
async def test_an_empty_200_is_no_result(client_kind: ClientKind, method: str) -> None:
    args = {"apps.run": ("a1",), "skills.run": ("s1", "x")}.get(method, ())
    error = await failing(client_kind, method, *args, answer=reply(200, b""))
    assert "0 bytes" in str(error)


UNREAD = {
    "empty": b"",
    "page": b"<!doctype html><title>Sign in</title>",
    "cut": b'{"result": {',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "digits": b'{"result": ' + b"9" * 5_000 + b"}",
}
NOT_IDEMPOTENT: dict[str, tuple[Any, ...]] = {
    "apps.run": ("a1",),
    "apps.update": ("a1",),
    "skills.run": ("s1", "x"),
    "conversations.send": ("c1", "x"),
    "cognitive_config.update": ({"a": 1},),
}


@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD)
@pytest.mark.parametrize("method", NOT_IDEMPOTENT)
async def test_a_good_status_with_an_unreadable_answer_leaves_the_outcome_unknown(
    client_kind: ClientKind, method: str, body: bytes
) -> None:
    error = await failing(client_kind, method, *NOT_IDEMPOTENT[method], answer=reply(200, body))
    assert type(error) is alli.APIStatusError
    assert error.outcome_unknown is True
    told = str(error).removesuffix(" (conversation c1)")
    assert told.endswith(" The request had been sent, so it may have been carried out: look before sending it again")


async def test_an_unreadable_answer_tells_the_conversation_it_may_have_gone_on_with(client_kind: ClientKind) -> None:
    client = client_kind.mocked(lambda request: reply(200, b"<html>"), max_retries=0)
    with pytest.raises(alli.APIStatusError) as caught:
        await client_kind.get(client.apps.run("a1", conversation_id="conv-9"))
    assert (caught.value.outcome_unknown, caught.value.conversation_id) == (True, "conv-9")
    assert str(caught.value).count("conv-9") == 1


@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD)
async def test_an_unreadable_answer_to_a_read_leaves_no_doubt_about_the_outcome(
    client_kind: ClientKind, body: bytes
) -> None:
    error = await failing(client_kind, "apps.get", "a1", answer=reply(200, body))
    assert error.outcome_unknown is False
    assert "carried out" not in str(error)


async def test_an_answer_of_another_type_than_documented_leaves_the_outcome_of_a_change_unknown(
    client_kind: ClientKind,
) -> None:
    error = await failing(client_kind, "apps.update", "a1", answer=reply(200, b"[]"))
    assert str(error).endswith(
        "the answer is a JSON array, which this operation does not give. Is base_url right? "
        "The request had been sent, so it may have been carried out: look before sending it again"
    )
    assert error.outcome_unknown is True


@pytest.mark.parametrize(
    ("body", "reason"),
    [(UNREAD["deep"], "it is nested too deeply"), (UNREAD["digits"], "it holds a number of too many digits")],
    ids=["deep", "digits"],
)
@pytest.mark.parametrize("method", ["apps.get", "apps.run"])
async def test_json_that_python_does_not_read_is_told_as_such_and_base_url_not_blamed(
    client_kind: ClientKind, method: str, body: bytes, reason: str
) -> None:
    error = await failing(client_kind, method, "a1", answer=reply(200, body))
    assert f"the answer is JSON that Python does not read, for {reason} (" in str(error)
    assert "base_url" not in str(error)
    assert error.body == body.decode()


@pytest.mark.parametrize("body", [UNREAD["deep"], UNREAD["digits"]], ids=["deep", "digits"])
async def test_an_error_status_is_told_whatever_json_its_body_holds(client_kind: ClientKind, body: bytes) -> None:
    error = await failing(client_kind, "apps.run", "a1", answer=reply(422, body))
    assert type(error) is alli.UnprocessableEntityError
    assert error.body == body.decode()


async def test_an_answer_in_json_counts_whatever_its_content_type_says(client_kind: ClientKind) -> None:
    client = client_kind.mocked(lambda request: reply(200, b'\xef\xbb\xbf{"id": "a1", "name": "One"}'))
    assert (await client_kind.get(client.apps.get("a1"))).name == "One"


async def test_a_body_that_does_not_unpack_is_a_connection_error(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.respond(200, b"no gzip", {"Content-Encoding": "gzip"})

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(alli.APIConnectionError, match="DecodingError"):
            await client_kind.get(client.apps.get("a1"))


# What a person reads


async def test_an_error_says_what_failed_where_and_what_the_service_said(client_kind: ClientKind) -> None:
    error = await failing(
        client_kind, "apps.update", "a/1=", answer=reply(400, {**STANDARD, "code": 7003, "message": "'name' is long"})
    )
    assert str(error) == "apps.update: PATCH /webapi/v2/apps/a%2F1%3D: HTTP 400 (APIError, code 7003): 'name' is long"
    assert (error.method, error.path, error.attempts) == ("PATCH", "/webapi/v2/apps/a%2F1%3D", 1)
    assert len(error.request_id) == 32


async def test_a_wrong_key_s_error_says_where_keys_are_and_which_key_it_is_not(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    client = client_kind.make(base_url=emulator.base_url, api_key="wrong")
    with pytest.raises(alli.AuthenticationError) as caught:
        await client_kind.get(client.apps.list())
    assert str(caught.value) == (
        "apps.list: GET /webapi/v2/apps: HTTP 401 (INVALID_TOKEN, code 1013): INVALID_TOKEN. Keys are in the Alli dashboard under "
        "Settings > General, one per project; the chat widget's sdkKey is another key. Set ALLI_API_KEY or pass api_key="
    )
    assert caught.value.attempts == 1


async def test_a_billing_error_says_that_the_request_is_not_at_fault(client_kind: ClientKind) -> None:
    error = await failing(
        client_kind, "apps.run", "a1", answer=reply(403, {**STANDARD, "code": 7004, "message": "Billing error"})
    )
    assert type(error) is alli.PaymentError
    assert "The project's billing is at fault, not the request" in str(error)


async def test_of_an_html_page_the_message_holds_the_title_and_the_body_holds_all(client_kind: ClientKind) -> None:
    page = "<html><head><title> 502 Bad\nGateway </title></head><body>nginx</body></html>"
    error = await failing(client_kind, "apps.get", "a1", answer=reply(502, page))
    assert "an HTML page, “502 Bad Gateway”" in str(error)
    assert error.body == page


@pytest.fixture
def translator(emulator: Emulator) -> str:
    inputs = [AppInput("text", label="Text"), AppInput("tone", label="Tone")]

    @emulator.app(name="Translator", inputs=inputs)
    async def translate(run: AppRun) -> None:
        run.say("done")

    return translate.id


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {**STANDARD, "code": 7003, "message": "'text' is empty"}),
        (422, {"detail": "wrong"}),
        (500, {"errors": "internal error. Expecting value: line 1 column 1 (char 0)"}),
        (200, {"error": "unknown variable"}),
    ],
)
async def test_an_error_about_inputs_names_what_the_app_takes(
    client_kind: ClientKind, emulator: Emulator, translator: str, status: int, body: object
) -> None:
    emulator.fault(path_contains="/run", status=status, body=body)
    client = client_kind.make(base_url=emulator.base_url, api_key=emulator.api_key)
    with pytest.raises((alli.APIStatusError, alli.AppError)) as caught:
        await client_kind.get(client.apps.run(translator, {"txt": "a secret"}))
    assert str(caught.value).endswith(". The app takes: text, tone")
    assert "a secret" not in str(caught.value)


async def test_an_error_that_is_not_about_inputs_asks_for_none(
    client_kind: ClientKind, emulator: Emulator, translator: str
) -> None:
    emulator.fault(path_contains="/run", status=500, body=STANDARD)
    client = client_kind.make(base_url=emulator.base_url, api_key=emulator.api_key)
    with pytest.raises(alli.InternalServerError):
        await client_kind.get(client.apps.run(translator))
    assert len(emulator.requests) == 1


async def test_inputs_that_cannot_be_asked_for_do_not_hide_the_error(
    client_kind: ClientKind, emulator: Emulator, translator: str
) -> None:
    emulator.fault(path_contains="/run", status=422, body={"detail": "wrong"})
    emulator.fault(method="GET", status=500, times=None)
    client = client_kind.make(base_url=emulator.base_url, api_key=emulator.api_key)
    with pytest.raises(alli.UnprocessableEntityError, match="asking now failed: InternalServerError"):
        await client_kind.get(client.apps.run(translator))
    assert len(emulator.requests) == 3, "one run, and two tries to explain it"


async def test_an_explanation_ends_with_the_deadline_of_the_call_it_explains(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request and request.method == "POST":
            connection.respond(422, b"{}")
        elif request:
            connection.server.release.wait(10)

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=0.3)
        began = time.monotonic()
        with pytest.raises(alli.UnprocessableEntityError, match="asking now failed: DeadlineExceededError"):
            await client_kind.get(client.apps.run("a1"))
        assert time.monotonic() - began < 0.35


# An outcome nobody knows


@pytest.mark.parametrize("status", [408, 499, 502, 503, 504, 520, 524, 530, 598, 599])
async def test_after_a_gateway_error_a_run_s_outcome_is_unknown_and_its_conversation_named(
    client_kind: ClientKind, status: int
) -> None:
    client = client_kind.mocked(lambda request: reply(status, "<html>gateway</html>"))
    with pytest.raises(alli.APIStatusError) as caught:
        await client_kind.get(client.apps.run("a1", {"q": "x"}, conversation_id="conv-9"))
    error = caught.value
    assert (error.outcome_unknown, error.conversation_id, error.attempts) == (True, "conv-9", 1)
    assert str(error).endswith(
        "the request had been sent, so it may have been carried out: look before sending it again (conversation conv-9)"
    )


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500])
async def test_a_refusal_leaves_no_doubt_about_the_outcome(client_kind: ClientKind, status: int) -> None:
    error = await failing(client_kind, "apps.run", "a1", answer=reply(status, STANDARD))
    assert error.outcome_unknown is False
    assert "may have been carried out" not in str(error)


async def test_a_gateway_error_of_a_read_leaves_no_doubt_about_the_outcome(client_kind: ClientKind) -> None:
    error = await failing(client_kind, "apps.get", "a1", answer=reply(504, b""))
    assert error.outcome_unknown is False


@pytest.mark.parametrize("method", ["run_conversation", "send"])
async def test_a_reset_after_the_request_names_the_conversation(client_kind: ClientKind, method: str) -> None:
    def answer(connection: Connection) -> None:
        if connection.read_request():
            connection.reset()

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(alli.AlliError) as caught:
            if method == "send":
                await client_kind.get(client.conversations.send("conv-9", "hi"))
            else:
                await client_kind.get(client.apps.run_conversation("a1", "hi", conversation_id="conv-9"))
    error: Any = caught.value
    assert isinstance(error, alli.APIConnectionError)
    assert (error.outcome_unknown, error.conversation_id) == (True, "conv-9")
    assert "may have been carried out" in str(error) and "conv-9" in str(error)
    assert len(server.requests) == 1


# What holds for all of them


def filled(kind: type[Any]) -> Any:
    """An error with all its documented attributes set to something else than their defaults."""
    result = alli.RunResult.from_payload({"result": {"id": "a1", "responses": [{"message": "text"}]}})
    known: dict[str, Any] = {
        "method": "POST",
        "path": "/p",
        "attempts": 3,
        "request_id": "r1",
        "conversation_id": "c1",
        "outcome_unknown": True,
        "request_sent": True,
        "status_code": 418,
        "code": 7003,
        "name": "NAME",
        "message": "words",
        "body": {"a": [1]},
        "headers": {"x": "y"},
        "retry_after": 1.5,
        "result": result,
        "partial": result,
    }
    fields = {name: value for name, value in known.items() if hasattr(kind, name)}
    return kind("the text", **fields)


@pytest.mark.parametrize("kind", PUBLIC_ERRORS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "through",
    [
        *(pytest.param(lambda e, p=p: pickle.loads(pickle.dumps(e, p)), id=f"pickle {p}") for p in range(2, 6)),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
    ],
)
def test_every_error_pickles_and_copies_whole(kind: type[Any], through: Any) -> None:
    error = filled(kind)
    error.add_note("a note")
    twin = through(error)
    assert type(twin) is kind
    assert str(twin) == "the text"
    assert vars(twin) == vars(error)


@pytest.mark.parametrize("status", [400, 200])
async def test_an_error_of_a_real_call_pickles_whole(client_kind: ClientKind, status: int) -> None:
    error = await failing(client_kind, "apps.run", "a1", answer=reply(status, {"error": "x", "result": {"id": "a1"}}))
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is type(error)
    assert (str(twin), vars(twin)) == (str(error), vars(error))


@pytest.mark.parametrize("kind", PUBLIC_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_is_and_documents_what_it_holds(kind: type[Any]) -> None:
    assert "__doc__" in vars(kind) and len(kind.__doc__) > 10
    if not kind.__name__.startswith("_"):
        assert kind.__name__ in errors.__doc__, "the tree at the head of errors.py names it"
        assert getattr(alli, kind.__name__) is kind, "it can be imported from alli"
    docs = "".join(base.__doc__ or "" for base in kind.__mro__)
    for base in kind.__mro__:
        if base.__module__ == errors.__name__:
            for name in vars(base).get("__annotations__", {}):
                assert f"{name}:" in docs, f"{kind.__name__}.{name} is documented"


def test_the_errors_of_arguments_are_value_errors_too() -> None:
    assert issubclass(alli.ConfigurationError, ValueError)
    assert issubclass(alli.InvalidArgumentError, ValueError)


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


@pytest.mark.parametrize(
    "kind",
    [
        alli.StreamError,
        alli.StreamInterruptedError,
        alli.StreamDecodeError,
        alli.StreamTruncatedError,
        alli.StreamIdleError,
    ],
)
def test_a_stream_that_breaks_had_been_asked_for_and_may_have_run(kind: type[alli.StreamError]) -> None:
    error = kind("apps.stream: the stream was cut")
    assert error.request_sent
    assert error.outcome_unknown
