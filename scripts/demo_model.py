"""The scripted model of scripts/demo's agent: it chooses tools by their names, so that no provider is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage

__all__ = ["decide"]


def decide(messages: Sequence[BaseMessage], tools: Sequence[Mapping[str, Any]]) -> AIMessage | str:
    """The model: calls one after the other the tools whose names the request mentions, then sums up."""
    from langchain_alli.testing import call_tool
    from langchain_core.messages import HumanMessage, ToolMessage

    request, _, text = next(message.text for message in messages if isinstance(message, HumanMessage)).partition("\n\n")
    answers = [message.text for message in messages if isinstance(message, ToolMessage)]
    words = request.lower().replace(".", "").split()
    wanted = [tool for tool in tools if (spoken := name_words(tool["name"])) and all(word in words for word in spoken)]
    wanted.sort(key=lambda tool: words.index(name_words(tool["name"])[0]))
    if len(answers) < len(wanted):
        tool = wanted[len(answers)]
        parameters = tool["parameters"]
        arguments = {
            name: request if name == "message" else schema.get("enum", [text])[0]
            for name, schema in parameters["properties"].items()
            if name == "message" or name in parameters.get("required", ())
        }
        return call_tool(tool["name"], **arguments)
    if not wanted:
        return "None of the tools has a name that the request mentions."
    return f"I have asked {len(answers)} apps. " + " And: ".join(shorten(one, 120, placeholder=" …") for one in answers)


def name_words(tool: str) -> list[str]:
    """The words in a tool's name; the first part of a name is `alli`, the last tells apps of one name apart."""
    return tool.split("_")[1:-1]
