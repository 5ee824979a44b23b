"""A chat model that answers from a script, for tests and demos of agents: no network, no randomness.

LangChain's own fake models can't be bound to tools, or lose tool calls when they stream.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool

__all__ = ["Decide", "ScriptedChatModel", "call_tool"]

Decide = Callable[[Sequence[BaseMessage], Sequence[dict[str, Any]]], AIMessage | str]
"""`decide(messages, tools)` gives the next message: text, or an AIMessage, such as `call_tool` makes.

Called once per model call, from any thread. `tools` are the bound tools as a provider would see them:
`{"name", "description", "parameters"}`.
"""


def call_tool(name: str, /, **arguments: Any) -> AIMessage:
    """The message of a model that calls one tool. For several at once, put their `tool_calls` in one AIMessage."""
    call = ToolCall(name=name, args=arguments, id=f"call_{uuid4().hex[:12]}", type="tool_call")
    return AIMessage("", tool_calls=[call])


class ScriptedChatModel(BaseChatModel):
    """A chat model that follows a script: a list, or by a function that sees messages and tools.

    `ScriptedChatModel(script=[call_tool("add", a=1), "done"])` gives one entry per turn of the model; the turn is
    counted by the AI messages before it, so one model serves any number of threads at once.
    `ScriptedChatModel(decide=function)` decides by itself.
    """

    # str first: pydantic tries in order, and AIMessage's own validator trips over text.
    script: Sequence[str | AIMessage] = ()
    """One message per turn of the model."""
    decide: Decide | None = None
    """Decides each turn, instead of `script`."""

    @property
    def _llm_type(self) -> str:
        return "alli-scripted"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools, converted as they would be for a provider."""
        converted = [convert_to_openai_tool(tool)["function"] for tool in tools]
        return self.bind(tools=converted, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = self._next(messages, kwargs.get("tools", ()))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for part in _chunks(self._next(messages, kwargs.get("tools", ()))):
            chunk = ChatGenerationChunk(message=part)
            if run_manager is not None and isinstance(part.content, str):
                run_manager.on_llm_new_token(part.content, chunk=chunk)
            yield chunk

    def _next(self, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]]) -> AIMessage:
        if self.decide is not None:
            said = self.decide(messages, tools)
        else:
            turn = sum(isinstance(message, AIMessage) for message in messages)
            if turn >= len(self.script):
                raise ValueError(f"the script has {len(self.script)} messages, and this is turn {turn + 1}")
            said = self.script[turn]
        # A copy, because LangChain writes an id into the message, and the script may be used again.
        return AIMessage(said) if isinstance(said, str) else said.model_copy()


def _chunks(message: AIMessage) -> Iterator[AIMessageChunk]:
    """The message in pieces: its text word by word, then its tool calls and what else a provider sends last."""
    pieces = _words(message.content) if isinstance(message.content, str) else [message.content]
    for piece in pieces:
        yield AIMessageChunk(content=piece, id=message.id)
    calls = [
        tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
        for index, call in enumerate(message.tool_calls)
    ]
    if calls or message.usage_metadata or message.response_metadata or message.additional_kwargs:
        yield AIMessageChunk(
            content="",
            id=message.id,
            tool_call_chunks=calls,
            usage_metadata=message.usage_metadata,
            response_metadata=message.response_metadata,
            additional_kwargs=message.additional_kwargs,
        )


def _words(text: str) -> list[str]:
    first, *others = text.split(" ")
    return [first, *(f" {word}" for word in others)]
