"""What the chat models of three providers make of the tools and of their answers: nothing is lost, changed or refused.

No provider is asked: these are the conversions their LangChain packages make before they send. The rules for names and
keys are those of the providers' documentation, which the packages don't check.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from langchain_alli import AlliAppTool, FreeForm, ToolOptions
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.tools import BaseTool

from tests.langchain_alli.desk import Desk, tool_call

# Older releases of these packages don't go with the oldest langchain-core; the schemas are the same there.
PACKAGES = ("langchain_openai", "langchain_anthropic", "langchain_google_genai")
pytestmark = pytest.mark.skipif(None in map(find_spec, PACKAGES), reason=f"needs {', '.join(PACKAGES)}")

OPENAI_NAME = r"[a-zA-Z0-9_-]{1,64}"
ANTHROPIC_KEY = r"[a-zA-Z0-9_.-]{1,64}"
GEMINI_NAME = r"[a-zA-Z_][a-zA-Z0-9_]{0,63}"

Converter = Callable[[BaseTool], dict[str, Any]]


# Each package takes a second to import. Every worker imports this module, and one runs its tests.


def _chat_openai(**options: Any) -> Any:
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model="gpt-x", api_key="k", **options)


def _chat_anthropic() -> Any:
    from langchain_anthropic import ChatAnthropic

    return ChatAnthropic(model="claude-x", api_key="k")


def _chat_gemini() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a dependency of this one uses what Python deprecates
        from langchain_google_genai import ChatGoogleGenerativeAI
    return ChatGoogleGenerativeAI(model="gemini-x", api_key="k")


def _bound(model: BaseChatModel, tool: BaseTool, **kwargs: Any) -> dict[str, Any]:
    bound: Any = model.bind_tools([tool], **kwargs)
    (converted,) = bound.kwargs["tools"]
    return converted  # type: ignore[no-any-return]


def _openai(tool: BaseTool) -> dict[str, Any]:
    return _bound(_chat_openai(), tool)["function"]  # type: ignore[no-any-return]


def _openai_strict(tool: BaseTool) -> dict[str, Any]:
    return _bound(_chat_openai(), tool, strict=True)["function"]  # type: ignore[no-any-return]


def _anthropic(tool: BaseTool) -> dict[str, Any]:
    converted = _bound(_chat_anthropic(), tool)
    return {**converted, "parameters": converted["input_schema"]}


def _anthropic_strict(tool: BaseTool) -> dict[str, Any]:
    converted = _bound(_chat_anthropic(), tool, strict=True)
    return {**converted, "parameters": converted["input_schema"]}


def _gemini(tool: BaseTool) -> dict[str, Any]:
    model = _chat_gemini()
    bound: Any = model.bind_tools([tool])
    request = model._prepare_request([HumanMessage("hi")], **bound.kwargs)
    (group,) = request["config"].tools
    (declared,) = group.function_declarations
    schema = declared.parameters or declared.parameters_json_schema
    parameters = schema if isinstance(schema, dict) else schema.model_dump(exclude_none=True, mode="json")
    return {"name": declared.name, "description": declared.description, "parameters": parameters}


CONVERTERS = {
    "openai": _openai,
    "openai strict": _openai_strict,
    "anthropic": _anthropic,
    "anthropic strict": _anthropic_strict,
    "gemini": _gemini,
}


def _tools(desk: Desk) -> Iterator[BaseTool]:
    """A tool of every kind of schema there is."""
    for name in ("Rewrite", "고객 조회", "HR chat", "Auditor", "Contract check"):
        yield desk.tool(name)
    yield desk.tool("Contract check", options=ToolOptions(files=lambda handle, variable: []))
    yield desk.tool("Rewrite", args_schema=FreeForm)
    yield desk.tool("HR chat", args_schema=FreeForm)
    yield desk.tool("HR chat", args_schema={"지역": str, "count": int, "tags": list[str]})
    yield from desk.toolkit().router(with_inputs=True)
    yield from desk.toolkit().router()


def _objects(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of a schema, with where it stands."""
    if isinstance(schema, dict):
        if str(schema.get("type", "")).lower() == "object":
            yield path or "parameters", schema
        for key, value in schema.items():
            yield from _objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for position, value in enumerate(schema):
            yield from _objects(value, f"{path}/{position}")


@pytest.mark.parametrize("convert", CONVERTERS.values(), ids=CONVERTERS)
def test_every_schema_keeps_its_properties_at_every_provider(desk: Desk, convert: Converter) -> None:
    seen = set[str]()
    for tool in _tools(desk):
        converted = convert(tool)
        assert converted["name"] == tool.name
        assert converted["description"].startswith(tool.description[:40])
        assert set(converted["parameters"]["properties"]) == set(tool.args) != set()
        for where, schema in _objects(converted["parameters"]):
            # An object without properties is refused by one provider, and takes nothing but {} at another.
            assert schema.get("properties"), f"{tool.name}: {where} is an object without properties"
            assert all(re.fullmatch(ANTHROPIC_KEY, key) for key in schema["properties"])
        for name, declared in converted["parameters"]["properties"].items():
            assert declared.get("description"), f"{tool.name}: {name} has lost its description"
            if str(declared.get("type")).lower() == "array":
                assert declared["items"]
        assert "runtime" not in converted["parameters"]["properties"]
        seen.add(tool.name)
    assert len(seen) >= 7


@pytest.mark.parametrize("convert", [_openai, _anthropic, _gemini])
def test_options_of_an_input_stay_a_choice_at_every_provider(desk: Desk, convert: Converter) -> None:
    properties = convert(desk.tool("Rewrite"))["parameters"]["properties"]
    assert properties["tone"]["enum"] == ["plain", "formal"]


def test_strict_mode_forbids_more_than_the_properties_and_requires_them_all(desk: Desk) -> None:
    for tool in _tools(desk):
        for _, schema in _objects(_openai_strict(tool)["parameters"]):
            assert schema["additionalProperties"] is False
            assert set(schema["required"]) == set(schema["properties"])


@pytest.mark.parametrize("display_name", ["계약서 요약", "請求書チェック", "🧾✨", "1 / 2", "a" * 200, "x.y:z"])
def test_any_name_of_an_app_is_taken_by_every_provider(desk: Desk, display_name: str) -> None:
    desk.alli.app(name=display_name, type="campaign")(lambda run: run.message)
    tool = desk.tool(display_name)
    for pattern in (OPENAI_NAME, ANTHROPIC_KEY, GEMINI_NAME):
        assert re.fullmatch(pattern, tool.name)
    assert {convert(tool)["name"] for convert in (_openai, _anthropic, _gemini)} == {tool.name}


def _history(tool: AlliAppTool, arguments: dict[str, str]) -> list[BaseMessage]:
    call: Any = tool_call(tool, **arguments)
    return [HumanMessage("go"), AIMessage("", tool_calls=[call]), tool.invoke(call)]


@pytest.mark.parametrize("content", ["hello", "fail"])
def test_an_answer_is_in_the_next_request_as_the_text_it_is(desk: Desk, content: str) -> None:
    """With its sources, or its error; nothing of the artifact."""
    history = _history(desk.tool("Rewrite"), {"content": content, "tone": "plain"})
    text = history[-1].text

    chat = _chat_openai()._get_request_payload(history)
    assert chat["messages"][-1] == {"role": "tool", "tool_call_id": "call_1", "content": text}

    model = _chat_openai(use_responses_api=True)
    answered = model._get_request_payload(history)["input"][-1]
    assert (answered["type"], answered["call_id"], answered["output"]) == ("function_call_output", "call_1", text)

    payload = _chat_anthropic()._get_request_payload(history)
    (block,) = payload["messages"][-1]["content"]
    assert (block["type"], block["tool_use_id"], block["content"]) == ("tool_result", "call_1", text)
    assert block["is_error"] is (content == "fail")

    gemini = _chat_gemini()
    contents = gemini._prepare_request(history)["contents"]
    assert text in contents[-1].parts[0].function_response.response.values()
    for request in (chat, answered, payload):
        assert "conversation_id" not in str(request)
