"""What a tool says of its app, and what a call sends and gives."""

import copy
import json
import pickle
import re
from typing import Any

import pytest
from alli import Alli, AsyncAlli, AuthenticationError, ConfigurationError, InternalServerError
from alli_tools import FREE_FORM, AppTool, AppTools, CallRefusedError, Outcome, ToolCall, ToolOptions
from pydantic import BaseModel, Field

from tests.alli_tools.desk import REWRITE, Desk, Way, call


async def test_iterating_gives_a_tool_per_app(desk: Desk) -> None:
    tools = desk.tools(types=["campaign"])
    names = {tool.app.name for tool in tools}
    assert {"Chat", "Order"} <= names
    assert "Rewrite" not in names
    assert [tool.name for tool in await tools.aget_tools()] == [tool.name for tool in tools]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,47}", tool.name) for tool in tools)


def test_without_clients_both_come_from_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLI_API_KEY", desk.alli.api_key)
    monkeypatch.setenv("ALLI_BASE_URL", desk.alli.base_url)
    with AppTools(search_term="Chat") as tools:
        assert [tool.app.name for tool in tools] == ["Chat"]
        client = tools.clients.blocking()
    with pytest.raises(ConfigurationError, match="closed"):
        client.apps.list()


async def test_leaving_async_with_closes_both_clients_of_the_environment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLI_API_KEY", desk.alli.api_key)
    monkeypatch.setenv("ALLI_BASE_URL", desk.alli.base_url)
    async with AppTools(search_term="Chat") as tools:
        assert [tool.app.name for tool in await tools.aget_tools()] == ["Chat"]
        client = tools.clients.awaiting()
    with pytest.raises(ConfigurationError, match="closed"):
        await client.apps.list()


@pytest.mark.parametrize("types", [["agnet"], ["agent", "agnet"]])
async def test_a_type_that_neither_the_documentation_nor_an_app_has_is_named(
    desk: Desk, way: Way, types: list[str]
) -> None:
    tools = desk.tools(types=types)
    with pytest.raises(ValueError, match="types: no app has the type agnet; known are agent, campaign"):
        await tools.aget_tools() if way == "async" else tools.get_tools()


def test_an_id_that_is_not_listed_is_named_with_what_may_be_the_reason(desk: Desk) -> None:
    with pytest.raises(ValueError, match=r"ids: no app QQ== among .* is it published \(published=True\)"):
        list(desk.tools(ids=["QQ=="]))


def _objects(schema: Any) -> list[Any]:
    found = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
    for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        found += _objects(value)
    return found


class Person(BaseModel):
    """A model in a model."""

    name: str
    role: str = "guest"


class Declared(BaseModel):
    """As an application declares the arguments of an app."""

    text: str = Field(max_length=5)
    count: int = 3
    person: Person | None = None


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("Rewrite", None),
        ("Chat", None),
        ("Echo", FREE_FORM),
        ("Echo", Declared),
        (
            "Echo",
            {"type": "object", "properties": {"text": {"type": "string"}, "n": {"type": "integer", "default": 1}}},
        ),
    ],
)
def test_each_object_of_a_schema_is_closed_and_none_has_a_default(desk: Desk, name: str, schema: object) -> None:
    parameters = desk.tool(name, schema=schema).parameters
    assert json.loads(json.dumps(parameters)) == parameters
    objects = _objects(parameters)
    assert objects
    assert all(one["additionalProperties"] is False for one in objects)
    assert "default" not in str(parameters)
    assert "$ref" not in str(parameters)
    optional = set(parameters["properties"]) - set(parameters["required"])
    assert all({"type": "null"} in parameters["properties"][key]["anyOf"] for key in optional)


def test_a_schema_is_a_copy_that_frameworks_may_write_into(desk: Desk) -> None:
    tool = desk.tool("Rewrite")
    tool.parameters["properties"].clear()
    assert set(tool.parameters["properties"]) == {"text", "tone"}


async def test_a_call_sends_one_request_and_gives_text_and_artifact(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    outcome = await call(way, tool, REWRITE)
    assert (outcome.text, outcome.failed, outcome.error) == ("formal: a line", False, None)
    assert outcome.artifact["alli"]["app"] == {"id": tool.app.app_id, "name": "Rewrite", "type": "single_action"}
    assert json.loads(json.dumps(outcome.artifact)) == outcome.artifact
    assert [run.json()["inputs"] for run in desk.runs] == [REWRITE]


async def test_null_for_an_optional_argument_is_not_given(desk: Desk, way: Way) -> None:
    tool = desk.tool("Echo", schema=Declared)
    outcome = await call(way, tool, {"text": "x", "count": None, "person": {"name": "Kim", "role": None}})
    assert outcome.text == "count=3|person={'name': 'Kim', 'role': 'guest'}|text='x'"
    outcome = await call(way, tool, {"text": "too long", "count": None})
    assert outcome.text.startswith("Nothing was sent: text: String should have at most 5 characters")
    assert "too long" not in outcome.text
    assert len(desk.runs) == 1


async def test_a_json_schema_is_checked_and_its_variables_keep_their_names(desk: Desk, way: Way) -> None:
    schema = {
        "type": "object",
        "properties": {"고객명": {"type": "string", "minLength": 2}, "count": {"type": "integer", "maximum": 9}},
        "required": ["고객명"],
    }
    tool = desk.tool("Echo", schema=schema)
    key = next(key for key in tool.parameters["properties"] if key != "count")
    assert re.fullmatch("[a-z][a-z0-9_]*", key)
    assert (await call(way, tool, {key: "홍길동", "count": None})).text == "고객명='홍길동'"
    outcome = await call(way, tool, {key: "홍", "count": 10})
    assert f"{key} must have 2 characters or more; count must be 9 or less" in outcome.text
    assert len(desk.runs) == 1


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "object", "properties": {"a": {"type": "string", "contentEncoding": "base64"}}},
            "a has contentEncoding",
        ),
        ({"type": "object", "properties": {"a": {"items": {"oneOf": []}}}}, r"a\[\] has oneOf"),
        ({"type": "object", "properties": {"a": {"type": "file"}}}, "a has type file"),
        ({"text": "string"}, "no type object with properties"),
        ([1], "not list"),
    ],
    ids=["word", "nested", "type", "no object", "list"],
)
def test_a_schema_that_can_not_be_checked_is_refused_when_the_tool_is_made(
    desk: Desk, schema: object, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        desk.tool("Echo", schema=schema)


async def test_names_and_values_may_come_as_pairs_or_as_an_object(desk: Desk, way: Way) -> None:
    tool = desk.tool("Echo", schema=FREE_FORM)
    assert (await call(way, tool, {"inputs": [{"name": "고객명", "value": "홍"}]})).text == "고객명='홍'"
    assert (await call(way, tool, {"inputs": {"n": 5}})).text == "n='5'"
    assert (await call(way, tool, {"inputs": [{"name": "n"}]})).failed
    assert len(desk.runs) == 2


async def test_an_error_of_the_app_is_a_failed_outcome_after_one_request(desk: Desk, way: Way) -> None:
    outcome = await call(way, desk.tool("Rewrite"), {"text": "fail", "tone": "plain"})
    assert outcome.failed
    assert outcome.text.startswith('The app "Rewrite" failed: no such contract')
    assert outcome.artifact["alli"]["error"]["message"] == "no such contract"
    assert len(desk.runs) == 1


@pytest.mark.parametrize("fault", [{"cut_after": 100}, {"drop": True}, {"status": 504}], ids=["cut", "drop", "gateway"])
async def test_an_unknown_outcome_says_so_and_is_not_raised(desk: Desk, way: Way, fault: dict[str, Any]) -> None:
    desk.alli.fault(path_contains="/run", times=None, **fault)
    outcome = await call(way, desk.tool("Rewrite"), REWRITE)
    assert outcome.failed
    assert "unknown" in outcome.text
    assert "Do not call it again" in outcome.text
    assert outcome.artifact["alli"]["error"]["outcome_unknown"] is True
    assert len(desk.runs) == 1


async def test_what_a_model_can_not_act_on_is_raised_unless_all_is_to_come_back(desk: Desk, way: Way) -> None:
    desk.alli.fault(path_contains="/run", status=500, times=None, body={"errors": "internal error."})
    with pytest.raises(InternalServerError):
        await call(way, desk.tool("Rewrite"), REWRITE)
    outcome = await call(way, desk.tool("Rewrite", on_error="return_all"), REWRITE)
    assert outcome.failed
    assert "500 internal error." in outcome.text
    assert "arguments" not in outcome.text  # others would not help


async def test_a_wrong_key_is_raised_and_stands_nowhere(desk: Desk, way: Way) -> None:
    app = desk.tool("Rewrite").app
    with Alli(api_key="wrong-0123", base_url=desk.alli.base_url) as client:
        async with AsyncAlli(api_key="wrong-0123", base_url=desk.alli.base_url) as async_client:
            tools = AppTools(client=client, async_client=async_client)
            with pytest.raises(AuthenticationError) as raised:
                _ = tools.get_tools() if way == "sync" else await tools.aget_tools()
    assert "wrong-0123" not in f"{raised.value!r}{tools!r}{app!r}"


@pytest.mark.parametrize("streaming", [True, False])
async def test_the_answer_stands_in_the_text_alone_and_the_artifact_may_be_ids(
    desk: Desk, way: Way, streaming: bool
) -> None:
    full = await call(way, desk.tool("Rewrite", streaming=streaming), REWRITE)
    ids = await call(way, desk.tool("Rewrite", streaming=streaming, artifact="ids"), REWRITE)
    assert "a line" not in str(full.artifact) + str(ids.artifact)
    assert set(ids.artifact["alli"]) < set(full.artifact["alli"])
    failed = await call(way, desk.tool("Rewrite", artifact="ids"), {"text": "fail", "tone": "plain"})
    assert "no such contract" not in str(failed.artifact)
    assert failed.artifact["alli"]["error"]["type"] == "AppError"


async def test_hooks_see_each_call_and_may_change_both_ends(desk: Desk, way: Way) -> None:
    seen: list[Any] = []

    def before(made: ToolCall) -> Any:
        seen.append(made)
        if made.arguments["text"] == "no":
            raise CallRefusedError("Not on my watch.")
        return {**made.arguments, "text": "changed"}

    def after(made: ToolCall, outcome: Outcome) -> Any:
        seen.append(outcome)
        return None if outcome.failed else Outcome(outcome.text.upper(), outcome.artifact)

    tool = desk.tool("Rewrite", before=before, after=after)
    assert (await call(way, tool, REWRITE)).text == "FORMAL: CHANGED"
    refused = await call(way, tool, {**REWRITE, "text": "no"})
    assert (refused.failed, refused.text) == (True, "Not on my watch.")
    assert [type(one).__name__ for one in seen] == ["ToolCall", "Outcome"] * 2
    assert seen[0].name == tool.name
    assert "a line" not in repr(seen)
    assert len(desk.runs) == 1


async def test_what_a_hook_gives_is_checked(desk: Desk, way: Way) -> None:
    outcome = await call(way, desk.tool("Rewrite", before=lambda made: {"text": "x"}), REWRITE)
    assert "tone is missing" in outcome.text
    assert desk.runs == []
    after: Any = lambda made, outcome: outcome.text  # noqa: E731
    with pytest.raises(ConfigurationError, match="^after: must give an Outcome or None, not str"):
        await call(way, desk.tool("Rewrite", after=after), REWRITE)


async def test_a_hook_may_be_a_coroutine_function_where_calls_are_awaited(desk: Desk) -> None:
    async def before(made: ToolCall) -> Any:
        return {**made.arguments, "tone": "plain"}

    tool = desk.tool("Rewrite", before=before)
    assert (await tool.acall(REWRITE)).text == "plain: a line"
    with pytest.raises(ConfigurationError, match="before is a coroutine function and this call is synchronous"):
        tool.call(REWRITE)


def test_a_tool_is_copied_as_itself_and_not_pickled(desk: Desk) -> None:
    tool = desk.tool("Rewrite")
    assert copy.deepcopy(tool) is tool
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(tool)


async def test_two_tools_find_an_app_and_run_it(desk: Desk, way: Way) -> None:
    find, run = desk.tools(types=["campaign"]).router()
    found = await call(way, find, {"query": "Chat"})
    ref = found.artifact["alli"]["apps"][0]["ref"]
    assert (await call(way, run, {"app_ref": ref, "message": "hi"})).text == "turn 1 for nobody: hi"
    assert "message is missing" in (await call(way, run, {"app_ref": ref})).text
    refused = await call(way, run, {"app_ref": "alli_nope", "message": "hi"})
    assert (refused.failed, len(desk.runs)) == (True, 1)
    assert run.as_function()(ref, "hi") == "turn 1 for nobody: hi"


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("ids", "QQ==", "ids: must be a list of texts, not a text"),
        ("types", "campaign", "types: must be a list of texts"),
        ("categories", "HR", "categories: must be a list of texts"),
        ("options", {"deadline": 3}, "options: must be a ToolOptions, not dict"),
        ("names", ["summarise"], "names: must be a mapping of app ids, not list"),
        ("schemas", "FREE_FORM", "schemas: must be a mapping of app ids, not str"),
        ("max_tools", "10", "max_tools: must be a number, not str"),
        ("naming", "short", "naming: must be one of name, id"),
        ("predicate", "HR", "predicate: must be a function of an app, not str"),
        ("client", AsyncAlli(api_key="k"), "client: must be of the class Alli, not AsyncAlli"),
        ("async_client", Alli(api_key="k"), "async_client: must be of the class AsyncAlli, not Alli"),
    ],
)
def test_an_argument_of_a_wrong_kind_is_refused_where_it_is_given(argument: str, value: Any, words: str) -> None:
    with pytest.raises((ValueError, ConfigurationError), match=words):
        AppTools(**{argument: value})


@pytest.mark.parametrize("app", ["an-id", None, {"id": "a1"}], ids=["id", "none", "dict"])
def test_what_is_no_app_is_refused_in_words_and_nothing_is_sent(desk: Desk, app: Any) -> None:
    with pytest.raises(ValueError, match=rf"^this {type(app).__name__} has no id, so .* client\.apps\.list\(\)"):
        AppTool.from_app(app, client=desk.client)
    with pytest.raises(ValueError, match="has no id"):
        AppTool.from_app(app, client=desk.client, inputs=())
    assert desk.alli.requests == []


def test_what_a_store_holds_is_in_no_repr() -> None:
    options = ToolOptions(store={"app:emp-7": {"conversation_id": "CONV"}})
    assert "CONV" not in repr(options) + repr(AppTools(options=options))
