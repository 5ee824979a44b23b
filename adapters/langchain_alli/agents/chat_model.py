"""An app as a chat model: it streams, keeps its conversation, and takes no tools."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any, NoReturn
from uuid import uuid4

from alli import Alli, AsyncAlli, ConfigurationError, InvalidArgumentError
from alli_tools import AppTool, Outcome
from alli_tools.calls.driving import AWAITING, BLOCKING, Way, iterate_now, run_now
from alli_tools.calls.errors import is_for_the_model
from alli_tools.calls.outcomes import Shown, refusal_outcome
from alli_tools.calls.updates import Update
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LangSmithParams
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field, InstanceOf, PrivateAttr

from langchain_alli.calls.delivery import delivered
from langchain_alli.options import ToolOptions

from .chat_host import ChatHost, arguments_of
from .message_chunk import AlliMessageChunk

__all__ = ["ChatAlli"]


class ChatAlli(BaseChatModel):
    """An app of type agent or campaign as a chat model.

    What is said to the app are the newest human messages that it has not answered: the app itself keeps what was before. It goes on
    with the conversation of the last answer among the messages, in a graph also with that of the thread. A human message with more
    than text, such as an image, is an InvalidArgumentError. System messages are not sent: an app has its own instructions. Nor are
    `stop` and what other chat models are made with, such as `temperature`: they are ignored, so that programs can be written for
    any chat model.

    `response_metadata["alli"]` of an answer has its conversation, citations, choices and form. An app may take back what
    it has said; the message of `invoke` and the sum of the chunks of `stream` are right then, too.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="ignore", hide_input_in_errors=True)

    app: Any
    """An App, or the id of one."""
    client: Alli | None = Field(default=None, repr=False, exclude=True)
    """For synchronous calls. With neither client given, both are made from the environment."""
    async_client: AsyncAlli | None = Field(default=None, repr=False, exclude=True)
    """For asynchronous calls."""
    options: InstanceOf[ToolOptions] = Field(default_factory=lambda: ToolOptions(on_error="return_actionable"))
    """As of the tools. `channels` and `offers` mean nothing here: partial answers are the model's own chunks."""
    errors_as_answers: bool = False
    """Errors that `options.on_error` gives back are answers, as agents want them; else each is raised."""

    _tool: AppTool = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Refuse an app that does not converse.

        Raises:
            ValueError: the app answers once; use it as a tool.
        """
        app: Any = self.app
        if isinstance(app, str):
            app = SimpleNamespace(id=app, name="", type="agent", description="", category="")
        self._tool = AppTool.from_app(
            app, client=self.client, async_client=self.async_client, inputs=(), options=self.options
        )
        if not self._tool.app.converses:
            raise ConfigurationError(
                f"app {self._tool.app.app_id} is of type {self._tool.app.type} and holds no conversation; "
                "use AlliAppTool"
            )

    @property
    def tool(self) -> AppTool:
        """The app as a tool, which this calls."""
        return self._tool

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> NoReturn:
        """An app has its own instructions and takes no tools.

        Raises:
            NotImplementedError: always, as of any chat model without tools.
        """
        raise NotImplementedError(
            "ChatAlli takes no tools: an app decides by itself what to do. Call it from an agent with another model, as a tool "
            "(AlliAppTool) or as a graph (create_alli_agent); a subagent of deepagents is made by alli_subagent"
        )

    @property
    def _llm_type(self) -> str:
        return "alli"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"app_id": self._tool.app.app_id}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        return LangSmithParams(
            ls_provider="alli", ls_model_name=str(kwargs.get("model") or self._tool.app.app_id), ls_model_type="chat"
        )

    def _should_stream(self, *, async_api: bool, **kwargs: Any) -> bool:
        # LangChain makes a streamed message of the sum of plain chunks, which is wrong where an app takes back what it has
        # said. So `invoke` always goes by `_generate`, which tells listeners of each token itself.
        return bool(kwargs.get("stream"))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return run_now(self._answered(BLOCKING, messages, run_manager))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return await self._answered(AWAITING, messages, run_manager)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        return iterate_now(self._streamed(BLOCKING, messages, run_manager))

    def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        return self._streamed(AWAITING, messages, run_manager)

    async def _answered(self, way: Way, messages: Sequence[BaseMessage], run_manager: Any) -> ChatResult:
        answer_id = _answer_id(run_manager)
        outcome: Outcome | None = None
        async with aclosing(self._steps(way, messages, answer_id)) as steps:
            async for step in steps:
                if isinstance(step, Outcome):
                    outcome = step
                elif run_manager is not None:
                    for chunk in self._chunks(step, answer_id):
                        await way.wait(run_manager.on_llm_new_token(chunk.text, chunk=chunk))
        return self._result(outcome, answer_id)

    async def _streamed(
        self, way: Way, messages: Sequence[BaseMessage], run_manager: Any
    ) -> AsyncGenerator[ChatGenerationChunk]:
        answer_id = _answer_id(run_manager)
        said = ""
        async with aclosing(self._steps(way, messages, answer_id)) as steps:
            async for step in steps:
                for chunk in self._chunks(step, answer_id, said):
                    said += chunk.text
                    if run_manager is not None:
                        await way.wait(run_manager.on_llm_new_token(chunk.text, chunk=chunk))
                    yield chunk

    async def _steps(
        self, way: Way, messages: Sequence[BaseMessage], answer_id: str
    ) -> AsyncGenerator[list[Update] | Outcome]:
        said = self._said(messages)
        if isinstance(said, Outcome):
            yield said
            return
        async with aclosing(self._tool.calls.steps(way, said, ChatHost(messages, answer_id))) as steps:
            async for step in steps:
                yield step

    def _said(self, messages: Sequence[BaseMessage]) -> dict[str, object] | Outcome:
        """What is said to the app, or the outcome where nothing is."""
        try:
            return arguments_of(messages, self._tool.app.app_id)
        except InvalidArgumentError as error:
            if not self.errors_as_answers:
                raise
            return refusal_outcome(str(error), type(error).__name__, Shown(), cause=error)

    def _result(self, outcome: Outcome | None, answer_id: str) -> ChatResult:
        assert outcome is not None  # noqa: S101  # the last step of each call
        self._raise(outcome)
        message = AIMessage(outcome.text, id=answer_id, response_metadata=self._metadata(outcome))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _chunks(self, step: list[Update] | Outcome, answer_id: str, said: str = "") -> Iterator[ChatGenerationChunk]:
        """The chunks of one step; the last has the metadata, and the text where it is not what was said before."""
        if not isinstance(step, Outcome):
            for update in step:
                if update["type"] == "alli.delta":
                    yield _chunk(answer_id, content=update["text"])
            return
        self._raise(step)
        yield _chunk(
            answer_id,
            content="" if said else step.text,
            replacement=step.text if said and said != step.text else None,
            response_metadata=self._metadata(step),
            chunk_position="last",
        )

    def _raise(self, outcome: Outcome) -> None:
        if outcome.error is not None and not (
            self.errors_as_answers and is_for_the_model(outcome.error, self.options.on_error)
        ):
            delivered(outcome, self._tool.name, "", "return_actionable")  # raises what no model can act on, noted
            raise outcome.error

    def _metadata(self, outcome: Outcome) -> dict[str, Any]:
        return {"alli": outcome.artifact["alli"], "model_name": self._tool.app.app_id, "model_provider": "alli"}


def _answer_id(run_manager: Any) -> str:
    return f"lc_run--{run_manager.run_id if run_manager is not None else uuid4()}"


def _chunk(answer_id: str, **fields: Any) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AlliMessageChunk(id=answer_id, **fields))
