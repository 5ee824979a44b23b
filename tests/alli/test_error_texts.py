"""What an error tells the person who reads it."""

from __future__ import annotations

import alli
import pytest
from alli_emulator import AppInput, AppRun, Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.failing_calls import STANDARD, failing, reply
from tests.answers import answering
from tests.servers import Connection, ScriptedServer


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
        client_kind, "apps.run", "a1", answer=reply(403, {**STANDARD, "code": 7004, "message": "Billing error."})
    )
    assert type(error) is alli.PaymentError
    assert ": Billing error. The project's billing is at fault, not the request" in str(error)


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
            # Later than the deadline of the run, sooner than an explanation by itself would be given up.
            connection.server.release.wait(3)
            connection.respond(200, b'[{"id": "a1", "inputs": [{"variable": "text"}]}]')

    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url, deadline=1)
        with pytest.raises(alli.UnprocessableEntityError, match="asking now failed: DeadlineExceededError"):
            await client_kind.get(client.apps.run("a1"))


@pytest.mark.parametrize("method", ["send", "stream"])
async def test_an_error_of_a_turn_begins_with_the_call_that_was_made(client_kind: ClientKind, method: str) -> None:
    with ScriptedServer(answering(500, b"{}")) as server:
        client = client_kind.make(base_url=server.url)
        conversation = client.apps.conversation("a1")
        with pytest.raises(alli.InvalidArgumentError, match=f"^conversation.{method}: choices: must be"):
            await client_kind.get(getattr(conversation, method)(choices=0))
        with pytest.raises(alli.InternalServerError, match=f"^conversation.{method}: POST /webapi/v2/apps/a1/run_conv"):
            turn = getattr(conversation, method)("hi")
            await client_kind.get(turn if method == "send" else turn.result())


async def test_an_error_of_inputs_begins_with_the_call_that_was_made(client_kind: ClientKind) -> None:
    error = await failing(client_kind, "apps.inputs", "a1", answer=reply(400, STANDARD))
    assert str(error).startswith("apps.inputs: GET /webapi/apps: HTTP 400")


@pytest.mark.parametrize(
    ("given", "is_hinted"),
    [("Who", True), ("My long application name", True), ("TExNQXBwOjE2NWI4ODZmNmZkMzlmNzU5MmQ1OTgyNA==", False)],
)
async def test_a_404_for_what_is_no_id_says_so(client_kind: ClientKind, given: str, is_hinted: bool) -> None:
    error = await failing(client_kind, "apps.run", given, answer=reply(404, {"detail": "Not Found"}))
    assert type(error) is alli.NotFoundError
    assert ("The path takes an id, such as app.id, not a name" in str(error)) is is_hinted


async def test_a_404_for_what_is_no_id_of_a_document_does_not_speak_of_apps(client_kind: ClientKind) -> None:
    error = await failing(client_kind, "documents.delete", "Handbook", answer=reply(404, {"detail": "Not Found"}))
    assert str(error).endswith("The path takes an id, not a name")


async def test_a_404_of_a_path_without_an_id_speaks_of_none(client_kind: ClientKind) -> None:
    error = await failing(client_kind, "cognitive_config.get", answer=reply(404, {"detail": "Not Found"}))
    assert "an id" not in str(error)


async def test_what_may_have_run_is_said_in_a_sentence_after_the_service_s_words(client_kind: ClientKind) -> None:
    error = await failing(client_kind, "apps.run", "a1", answer=reply(502, {"detail": "Bad gateway."}))
    assert "HTTP 502: Bad gateway. The request had been sent, so it may have been carried out" in str(error)
