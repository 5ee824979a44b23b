"""What holds in every framework: arguments arrive, missing ones are refused, no app runs twice, users stay apart, text is clean.

A test of a framework subclasses `AgentContract` and says how that framework calls a tool.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import alli_tools
import pytest
from alli import Alli, AsyncAlli
from alli_emulator import AppFailure, AppInput, AppInputOption, AppRun, Emulator
from alli_tools import AppTool, AppTools, acting_for

GOOD = {"text": "a line", "tone": "formal"}


class Service:
    """An emulated service with the apps of the contract, and both clients."""

    def __init__(self, alli: Emulator) -> None:
        self.alli = alli
        settings: dict[str, Any] = {"api_key": alli.api_key, "base_url": alli.base_url, "max_retries": 0}
        self.client, self.async_client = Alli(**settings), AsyncAlli(**settings)
        tones = [AppInputOption("Plain", "plain"), AppInputOption("Formal", "formal")]

        @alli.app(
            name="Rewrite",
            inputs=[AppInput("text", "Text"), AppInput("tone", "Tone", "single", options=tones)],
            may_fail=True,
        )
        def rewrite(run: AppRun) -> str:
            if run.text_input("text") == "fail":
                raise AppFailure("no such contract")
            return f"{run.text_input('tone')}: {run.text_input('text')} for {run.user_id or 'nobody'}"

        @alli.app(name="Chat", type="campaign")
        def chat(run: AppRun) -> str:
            return f"turn {run.conversation.turn} for {run.user_id or 'nobody'}: {run.message}"

        self.ids = [rewrite.id, chat.id]

    @property
    def tools(self) -> dict[str, AppTool]:
        """The tools by the display names of their apps."""
        found = AppTools(client=self.client, async_client=self.async_client, ids=self.ids)
        return {tool.app.name: tool for tool in found}

    def as_shown(self, heading: str, app: str) -> Any:
        """The tool of that app as the framework takes it, by the lines under that heading of alli_tools' page."""
        page = (Path(alli_tools.__file__).parent / "README.md").read_text(encoding="utf-8")
        section = page.partition(f"### {heading}\n")[2].partition("\n### ")[0]
        code = section.partition("```python\n")[2].partition("```")[0]
        names: dict[str, Any] = {"tools": [self.tools[app]], "json": json}
        exec(compile(code, f"README.md, {heading}", "exec"), names)
        return names["server"] if "server" in names else names["theirs"][0]

    @property
    def runs(self) -> list[Any]:
        """The requests that ran an app."""
        return [request for request in self.alli.requests if request.method == "POST"]


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """The service of one test."""
    with Emulator(pace=0) as alli:
        made = Service(alli)
        with made.client:
            async with made.async_client:
                yield made


@pytest.mark.filterwarnings("default")  # what a framework warns of is its own
class AgentContract(ABC):
    """The contract. `service` is a fixture that its module imports."""

    @abstractmethod
    async def call(self, service: Service, app: str, arguments: dict[str, object]) -> str:
        """What a model reads after it has called the tool of that app; for a refused call also the text of an exception."""

    @abstractmethod
    async def shown(self, service: Service, app: str) -> dict[str, Any]:
        """The arguments as the framework shows them to a model: name → JSON Schema."""

    async def test_the_model_sees_the_arguments_of_the_app(self, service: Service) -> None:
        shown = await self.shown(service, "Rewrite")
        assert set(shown) == {"text", "tone"}
        assert shown["tone"]["enum"] == ["plain", "formal"]
        assert set(await self.shown(service, "Chat")) == {"message", "choices", "form"}

    async def test_arguments_arrive_and_the_answer_is_plain_text(self, service: Service) -> None:
        assert await self.call(service, "Rewrite", GOOD) == "formal: a line for nobody"
        assert [run.json()["inputs"] for run in service.runs] == [GOOD]

    @pytest.mark.parametrize("arguments", [{"text": "a line"}, {}, {"text": "a line", "tone": "rude"}], ids=str)
    async def test_a_missing_or_wrong_argument_is_told_to_the_model_and_nothing_is_sent(
        self, service: Service, arguments: dict[str, object]
    ) -> None:
        said = await self.call(service, "Rewrite", arguments)
        assert "tone" in said or ("text" in said and "text" not in arguments)
        assert service.runs == []

    async def test_a_failing_app_runs_once_and_the_model_reads_why(self, service: Service) -> None:
        assert "no such contract" in await self.call(service, "Rewrite", {"text": "fail", "tone": "plain"})
        assert len(service.runs) == 1

    async def test_an_unknown_outcome_runs_once_and_the_model_is_told_not_to_call_again(self, service: Service) -> None:
        service.alli.fault(path_contains="/run", cut_after=100, times=None)
        assert "Do not call it again" in await self.call(service, "Rewrite", GOOD)
        assert len(service.runs) == 1

    async def test_each_call_is_made_for_its_user_and_goes_on_in_its_thread(self, service: Service) -> None:
        for user, turn in (("emp-7", 1), ("emp-8", 1), ("emp-7", 2)):
            with acting_for(user=user, thread="t-1"):
                answer = await self.call(service, "Chat", {"message": "hi"})
            assert answer == f"turn {turn} for {user}: hi"
