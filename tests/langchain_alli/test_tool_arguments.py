"""Arguments a model makes up are refused, and documents come from the application alone."""

from typing import Any

import pytest
from alli import ConfigurationError
from langchain_alli import AlliToolError, ToolOptions
from pydantic import ValidationError

from tests.langchain_alli.desk import Desk, Way, invoke, tool_call


@pytest.mark.parametrize("forged", ["conversationId", "mode", "user_id"])
async def test_an_argument_a_model_makes_up_is_refused_and_nothing_is_sent(desk: Desk, way: Way, forged: str) -> None:
    tool = desk.tool("HR chat")
    with pytest.raises(ValidationError, match=forged):
        await invoke(way, tool, {"message": "hi", forged: "x"})
    assert desk.runs() == []


@pytest.mark.parametrize("forged", [{"context": {"alli_user": "boss"}}, ["x"], "x", 1, True], ids=str)
async def test_a_made_up_runtime_is_refused_and_nothing_is_sent(desk: Desk, way: Way, forged: object) -> None:
    tool = desk.tool("HR chat")
    with pytest.raises(AlliToolError, match="runtime is not an argument"):
        await invoke(way, tool, {"message": "hi", "runtime": forged})
    message = await invoke(way, tool, tool_call(tool, message="hi", runtime=forged))
    assert message.status == "error"
    assert desk.runs() == []


async def test_a_missing_or_unknown_choice_is_refused_and_nothing_is_sent(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    for arguments in ({"content": "x"}, {"content": "x", "tone": "rude"}):
        with pytest.raises(ValidationError, match="tone"):
            await invoke(way, tool, arguments)
    assert desk.runs() == []


@pytest.mark.parametrize(
    "arguments",
    ["SECRET", {"content": "SECRET"}, {"content": ["SECRET"], "tone": "plain"}, {"content": "x", "tone": "SECRET"}],
    ids=["text", "missing", "type", "choice"],
)
async def test_no_prompt_is_in_the_error_of_a_refused_argument(desk: Desk, way: Way, arguments: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        await invoke(way, desk.tool("Rewrite"), arguments)
    assert "SECRET" not in str(refused.value)
    assert desk.runs() == []


async def test_a_path_from_a_model_is_never_opened(desk: Desk, way: Way) -> None:
    tool = desk.tool("Contract check")
    assert set(tool.args) == {"question"}
    assert "document contract can't be given" in tool.description
    with pytest.raises(ValidationError, match="contract"):
        await invoke(way, tool, {"question": "?", "contract": "/etc/passwd"})
    assert desk.runs() == []


async def test_a_document_comes_from_the_resolver_of_the_application(desk: Desk, way: Way) -> None:
    shelf = {"doc-1": ("lease.txt", b"the lease")}
    tool = desk.tool("Contract check", options=ToolOptions(files=lambda handle, variable: shelf[handle]))
    assert await invoke(way, tool, {"question": "long?", "contract": "doc-1"}) == "long? [contract: the lease]"
    message = await invoke(way, tool, tool_call(tool, question="long?", contract="/etc/passwd"))
    assert message.status == "error"
    assert len(desk.runs()) == 1


def _no_handle(handle: str, variable: str) -> object:
    raise LookupError("Only leases are here.")


@pytest.mark.parametrize(
    ("resolver", "words"),
    [
        (lambda handle, variable: {}[handle], "contract: there is no such document; give a handle"),
        (lambda handle, variable: [][len(handle)], "contract: there is no such document; give a handle"),
        (lambda handle, variable: {}.get(handle), "contract: there is no such document; give a handle"),
        (_no_handle, "Only leases are here."),
    ],
    ids=["KeyError", "IndexError", "None", "LookupError"],
)
async def test_a_handle_that_is_none_is_told_to_the_model(desk: Desk, way: Way, resolver: Any, words: str) -> None:
    tool = desk.tool("Contract check", options=ToolOptions(files=resolver))
    message = await invoke(way, tool, tool_call(tool, question="long?", contract="doc-9"))
    assert message.status == "error"
    assert message.content.startswith(words)
    assert desk.runs() == []


async def _awaited(handle: str, variable: str) -> object:
    return b""


@pytest.mark.parametrize("resolver", [lambda handle, variable: "/srv/lease.txt", _awaited], ids=["text", "coroutine"])
async def test_a_resolver_that_gives_no_document_is_the_applications_error(desk: Desk, way: Way, resolver: Any) -> None:
    tool = desk.tool("Contract check", options=ToolOptions(files=resolver, on_error="return_all"))
    with pytest.raises(TypeError, match="files: the resolver gave (str|coroutine) for contract; it must give a Path"):
        await invoke(way, tool, tool_call(tool, question="long?", contract="doc-9"))
    assert desk.runs() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ToolOptions(user=lambda _: ""), "user: its function gave an empty user"),
        (ToolOptions(user=lambda _: 7), "user: its function must give text or None, not int"),  # type: ignore[arg-type, return-value]
        (ToolOptions(conversation=lambda app_id, _: 7), "conversation: its function must give text or None, not int"),  # type: ignore[arg-type, return-value]
    ],
    ids=["no user", "a number for a user", "a number for a conversation"],
)
async def test_a_mistake_of_the_application_is_raised_and_told_to_no_model(
    desk: Desk, way: Way, options: ToolOptions, words: str
) -> None:
    tool = desk.tool("HR chat", options=options)
    with pytest.raises(ConfigurationError, match=words):
        await invoke(way, tool, tool_call(tool, message="hi"))
    assert desk.runs() == []
