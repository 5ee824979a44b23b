"""OpenAI Agents."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("agents")

from agents import Agent, ModelResponse, Runner, Usage, set_tracing_disabled
from agents.models.interface import Model
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from tests.agents.contract import AgentContract, Service, service

__all__ = ["service"]

set_tracing_disabled(True)


class Scripted(Model):
    """Calls the tool once, then says what it read."""

    def __init__(self, name: str, arguments: dict[str, object]) -> None:
        self._name, self._arguments = name, json.dumps(arguments)

    async def get_response(self, system_instructions: Any, input: Any, *_: Any, **__: Any) -> ModelResponse:  # type: ignore[override]
        read = [item["output"] for item in input if item.get("type") == "function_call_output"]
        if read:
            text = ResponseOutputText(text=str(read[0]), type="output_text", annotations=[], logprobs=[])
            said: Any = ResponseOutputMessage(
                id="m", content=[text], role="assistant", status="completed", type="message"
            )
        else:
            said = ResponseFunctionToolCall(
                name=self._name, arguments=self._arguments, call_id="c", id="f", type="function_call"
            )
        return ModelResponse(output=[said], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


class TestOpenAIAgents(AgentContract):
    """A whole agent, whose model calls the tool once."""

    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        agent = Agent(
            name="a",
            model=Scripted(service.tools[app].name, arguments),
            tools=[service.as_shown("OpenAI Agents", app)],
        )
        return str((await Runner.run(agent, "go")).final_output)

    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        return service.as_shown("OpenAI Agents", app).params_json_schema["properties"]  # type: ignore[no-any-return]
