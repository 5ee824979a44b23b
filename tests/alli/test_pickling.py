"""What is plain data travels whole, by pickle and by copy; what holds connections refuses, and says what to pass on instead."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, cast, get_origin

import alli
import pytest
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer


def pickled_and_back(value: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(value, protocol))


TRAVELS = [
    *(pytest.param(partial(pickled_and_back, protocol=number), id=f"pickle {number}") for number in range(2, 6)),
    pytest.param(copy.copy, id="copy"),
    pytest.param(copy.deepcopy, id="deepcopy"),
]
REFUSED = [
    *(pytest.param(partial(pickled_and_back, protocol=number), id=f"pickle {number}") for number in range(6)),
    pytest.param(copy.copy, id="copy"),
    pytest.param(copy.deepcopy, id="deepcopy"),
]


def never(error: Exception) -> bool:
    return False


UNKNOWN = {"unheard of": {"this": [1, None, "text"]}}
RUN = {
    "result": {
        "id": "a1",
        "conversation": {"id": "c1", "state": "idle"},
        "variables": {"v": [1, {"w": None}]},
        "responses": [
            {"id": "r1", "message": "Hello", "metadata": '{"m": 1}', "citations": [{"title": "T", **UNKNOWN}]}
        ],
        **UNKNOWN,
    }
}
RESULT = alli.RunResult.from_payload(RUN)
RESULT.request_id, RESULT.attempts = "r-1", 2

DATA: dict[str, Any] = {
    "Answer": alli.Answer.from_payload({"answer": "Hello", "threadId": "t1", "clues": [{"clue_id": "c"}], **UNKNOWN}),
    "App": alli.App.from_dict({"id": "a1", "userPermission": {"type": "all", **UNKNOWN}, "category": None, **UNKNOWN}),
    "AppAgentPermission": alli.AppAgentPermission.from_dict(UNKNOWN),
    "AppInput": alli.AppInput.from_dict({"variable": "v", "options": [{"label": "One", **UNKNOWN}], **UNKNOWN}),
    "AppInputOption": alli.AppInputOption.from_dict({"label": "One", **UNKNOWN}),
    "AppUserPermission": alli.AppUserPermission.from_dict(UNKNOWN),
    "AppV1": alli.AppV1.from_dict({"id": "a1", "inputs": [{"variable": "v"}], **UNKNOWN}),
    "Choice": alli.Choice(1, "Lamp", {"longOption": "Lamp"}),
    "Citation": RESULT.citations[0],
    "ClientOptions": alli.ClientOptions(user_id="emp-7", retry_policy=alli.RetryPolicy(max_retries=1)),
    "Completed": alli.Completed(RESULT),
    "ConversationResult": alli.ConversationResult.from_payload({"conversation": {"id": "c1"}, **UNKNOWN}),
    "ConversationStarted": alli.ConversationStarted("c1"),
    "CreatedApp": alli.CreatedApp.from_dict({"id": "a1", **UNKNOWN}),
    "UploadProgress": alli.UploadProgress(1_000_000_000_065_536, 20_000_000_000_000_000),
    "MapItem": alli.MapItem(0, "k", {"text": "a"}, "ok", RESULT),
    "MapRow": alli.MapRow({"text": "a"}, key="k"),
    "FormField": alli.FormField("size", "Size", "text", True, {"name": "size"}),
    "Message": RESULT.messages[0],
    "ObservedCall": alli.ObservedCall(
        "apps.run",
        "POST",
        "https://a.test",
        "/webapi/apps/a1/run",
        "/webapi/apps/{app_id}/run",
        "r-1",
        True,
        "m",
        False,
    ),
    "Attempt": alli.Attempt("apps.run", "POST", "/webapi/apps/a1/run", 2, "r-1", {"X-Team": "a"}),
    "Response": alli.Response(200, {"X-A": "b"}, b"{}", request_id="r-1", attempts=2),
    "RetryPolicy": alli.RetryPolicy(max_retries=5, base=0.1, statuses=frozenset({418}), retry_if=never),
    "RunChatSource": alli.RunChatSource.from_dict(UNKNOWN),
    "RunResult": RESULT,
    "SingleActionAppInput": alli.SingleActionAppInput.from_dict(UNKNOWN),
    "SkillResult": alli.SkillResult.from_payload({"result": "Hello", "errors": ["odd"], **UNKNOWN}),
    "TextDelta": alli.TextDelta("Hello", 1),
    "TextReplaced": alli.TextReplaced("Hello", 1),
    "UNSET": alli.UNSET,
}
DATA |= {
    name: getattr(alli, name).from_dict(UNKNOWN)
    for name in alli.__all__
    if name not in DATA and ".models." in getattr(getattr(alli, name), "__module__", "")
}
CONNECTED = (
    "Alli",
    "AnswerStream",
    "AnswerThread",
    "AsyncAnswerStream",
    "AsyncAnswerThread",
    "AsyncBackgroundRun",
    "BackgroundRun",
    "AsyncAlli",
    "AsyncConversation",
    "AsyncDownloadedFile",
    "AsyncPage",
    "AsyncPager",
    "AsyncRecordStream",
    "AsyncRunStream",
    "Conversation",
    "DownloadedFile",
    "Page",
    "RecordStream",
    "RunStream",
)
ERRORS = [value for value in vars(alli.errors).values() if inspect.isclass(value) and value.__name__ in alli.__all__]
NO_OBJECTS = {
    *("APIKey", "FileInput", "RunEvent", "Timeout", "Unset", "Middleware", "Send", "AsyncSend"),  # types
    "CallObserver",  # a class to be made other classes of
    *("HTTPClient", "AsyncHTTPClient"),  # the HTTP library's
    *("__version__", "__spec_version__"),
    *("aiohttp_client", "capture_responses", "observe_calls", "retryable"),  # functions
    *(name for name in alli.__all__ if get_origin(getattr(alli, name)) is Literal),  # lists of known values
}


SCALARS = (str, int, float, bool, type(None), frozenset, type(isinstance))


def held(value: Any) -> Any:
    """All that a value holds, for comparison: what its `==` leaves out, too."""
    kind = cast("type[Any]", type(value))
    if kind in SCALARS:
        return value
    if kind is dict:
        return {name: held(item) for name, item in value.items()}
    if kind in (list, tuple):
        return [held(item) for item in value]
    slots = [name for cls in kind.__mro__ for name in getattr(cls, "__slots__", ()) if name != "__weakref__"]
    fields = {
        **getattr(value, "__dict__", {}),
        **{name: getattr(value, name) for name in slots if hasattr(value, name)},
    }
    return kind, getattr(value, "args", ()), {name: held(item) for name, item in fields.items()}


def test_every_public_name_is_known_here_to_travel_or_to_refuse() -> None:
    known = [*DATA, *CONNECTED, *(error.__name__ for error in ERRORS), *NO_OBJECTS]
    assert sorted(known) == sorted(alli.__all__)


@pytest.mark.parametrize("travel", TRAVELS)
@pytest.mark.parametrize("name", DATA)
def test_plain_data_travels_whole(name: str, travel: Callable[[Any], Any]) -> None:
    value = DATA[name]
    again = travel(value)
    assert type(again) is type(value)
    assert again == value
    assert held(again) == held(value)
    assert name == "UNSET" or len(str(held(value))) > 40, "there was nothing to lose"


@pytest.mark.parametrize("travel", [pickle.dumps, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_what_travelled_shares_nothing_that_can_be_changed(travel: Callable[[Any], Any]) -> None:
    travelled = travel(RESULT)
    again: alli.RunResult = pickle.loads(travelled) if isinstance(travelled, bytes) else travelled
    again.messages.clear()
    again.variables["v"] = None
    assert (len(RESULT.messages), RESULT.variables) == (1, {"v": [1, {"w": None}]})


@pytest.mark.parametrize("travel", TRAVELS)
@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_travels_with_its_attributes_and_the_result_so_far(kind: Any, travel: Callable[[Any], Any]) -> None:
    error = kind("apps.run: it failed")
    error.__dict__.update(request_id="r-1", attempts=2, body=RUN, headers={"x": "y"}, partial=RESULT)
    error.add_note("seen in the night")
    again = travel(error)
    assert str(again) == "apps.run: it failed"
    assert held(again) == held(error)
    assert again.__notes__ == [f"See {again.help_url}", "seen in the night"]


async def test_errors_of_real_calls_travel_whole_and_without_the_key(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    key = "canary-0123456789"
    stranger = client_kind.make(api_key=key, base_url=emulator.base_url, max_retries=0)
    with ScriptedServer(Connection.reset) as server:
        away = client_kind.make(api_key=key, base_url=server.url, max_retries=0)
        calls = [
            (alli.AuthenticationError, lambda: stranger.apps.get("a1")),
            (alli.AuthenticationError, lambda: stranger.apps.stream("a1").result()),
            (alli.APIConnectionError, lambda: away.apps.run("a1")),
            (alli.InvalidArgumentError, lambda: away.apps.get("")),
        ]
        for kind, call in calls:
            with pytest.raises(kind) as caught:
                await client_kind.get(call())
            for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):
                assert held(again) == held(caught.value)
            assert key.encode() not in pickle.dumps(caught.value)


@pytest.mark.parametrize("travel", REFUSED)
async def test_what_holds_connections_refuses_and_says_what_to_do(
    client_kind: ClientKind, emulator: Emulator, travel: Callable[[Any], Any]
) -> None:
    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    lazy = client.apps.list()
    page = await client_kind.get(lazy)
    app_id = next(app.id for app in page.items if app.type == "campaign")
    conversation = client.apps.conversation(app_id)
    await client_kind.get(conversation.send("Hello"))
    new, read = client.apps.stream_conversation(app_id, "Hello"), client.apps.stream_conversation(app_id, "Hello")
    result = await client_kind.get(read.result())
    wanted = [
        (page, "`.items`"),
        (conversation, r"`\.id`"),
        (new, r"`\.result\(\)`"),
        (read, r"`\.result\(\)`"),
        *([(lazy, "await it")] if client_kind.is_async else []),
    ]
    for value, instead in wanted:
        with pytest.raises(
            TypeError, match=f"^{type(value).__name__} holds connections and can't be .*copied; .*{instead}"
        ):
            travel(value)
    # What they name instead does travel.
    for plain in (page.items, page.cursor, conversation.id, result):
        assert pickle.loads(pickle.dumps(plain)) == plain
    if travel is not copy.copy:
        for value in (client, client._config, client.apps, client.with_options(timeout=5)):
            with pytest.raises(
                TypeError, match="hold the API key and can't be pickled or deep-copied; make the client where"
            ):
                travel(value)


async def test_a_refused_copy_leaves_the_stream_as_it_was(client_kind: ClientKind, emulator: Emulator) -> None:
    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    page = await client_kind.get(client.apps.list())
    app_id = next(app.id for app in page.items if app.type == "campaign")
    async with client_kind.entered(client.apps.stream_conversation(app_id, "Hello")) as stream:
        for travel in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                travel(stream)
        assert (await client_kind.get(stream.result())).text


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_a_client_refuses_to_be_copied(client_kind: ClientKind, how: Callable[[Any], Any]) -> None:
    client = client_kind.make()
    with pytest.raises(TypeError, match="with_options"):
        how(client)
