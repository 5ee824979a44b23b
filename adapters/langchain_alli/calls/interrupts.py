"""Choices and forms as LangGraph interrupts: the app asks, whoever runs the graph answers, the tool goes on.

LangGraph runs a tool again from its beginning when a graph is resumed. An app must not run twice, so each answer of the
app is kept before the interrupt, under the id of the tool call, and taken from there the next time:

    call → answer kept → interrupt … resume → (answer found) → reply sent → answer kept → …

A reply that fails with an error that is raised leaves the answers before it, so that only the reply is sent again when the graph
is resumed. One whose outcome is unknown is not sent again: the model then reads that it may have been carried out.

Where it is kept: in `ToolOptions.store`, else in the graph's store, else in this process. A process that ends between
interrupt and resume takes the last with it, so give a graph with a lasting checkpointer a lasting store.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from alli_tools.calls.app_calls import AppCalls
from alli_tools.calls.conversations import store_key
from alli_tools.calls.driving import Way, read, write
from alli_tools.calls.errors import is_for_the_model, is_outcome_unknown
from alli_tools.calls.offers import Offer
from alli_tools.calls.outcomes import Outcome
from alli_tools.definition.arguments import REPLIES
from alli_tools.definition.tool_definition import definition_of
from alli_tools.tool import Tool

from .graph_host import GraphHost

__all__ = ["Interrupts", "reply_of"]


class Interrupts:
    """Calls of one app that ask whoever runs the graph what the app asks.

    The interrupt's value is `{"type": "alli.offer", "app_id", "text", "choices", "multiple", "form"}`. It is resumed by
    `{"choices": [0]}`, `{"form": {...}}`, `{"message": "..."}`, a list of indices, or text.

    Args:
        calls: of the app.
    """

    def __init__(self, calls: AppCalls) -> None:
        self._app_id = calls.app.app_id
        self._options = calls.options
        self._replies = calls.with_definition(definition_of(REPLIES))

    async def run(
        self, way: Way, tool: Tool, arguments: Mapping[str, object], host: GraphHost, *, checked: bool
    ) -> Outcome:
        """The outcome once the app asks nothing more. Raises LangGraph's interrupt while it does."""
        key = self._key(way, host)
        host.for_people = key is not None
        kept = await self._kept(way, host, key) if key is not None else []
        outcomes = iter(list(kept))
        outcome = next(outcomes, None)
        if outcome is None:
            outcome = cast("Outcome", await way.attempt(tool, arguments, host, checked=checked))
            await self._keep(way, host, key, kept, outcome)
        while outcome.offer is not None and key is not None and not outcome.failed:
            reply = reply_of(_interrupted(self._app_id, outcome))
            if reply is None:
                break
            known = next(outcomes, None)
            if known is None:
                host.reply_to = _conversation_id(outcome)
                known = cast("Outcome", await way.attempt(self._replies, reply, host))
                await self._keep(way, host, key, kept, known)
            outcome = known
        # An error that is raised ends this run of the graph. When it is resumed, the tool runs again.
        is_raised = outcome.error is not None and not is_for_the_model(outcome.error, self._options.on_error)
        if kept and key is not None and not is_raised:
            await write(way, host.store_for_calls(self._options.store), key, {})
        return outcome

    def _key(self, way: Way, host: GraphHost) -> str | None:
        """None where nothing can be resumed: outside a graph, or without a tool call."""
        if host.runtime is None or host.tool_call_id is None:
            return None
        client = self._replies.clients.of(way)
        # Some models number their calls, so the id of a call does not tell two users apart.
        who = host.checked_user(self._options.user) or client.user_id
        return f"{store_key(client.base_url, who, host.thread or '', self._app_id)}:{host.tool_call_id}"

    async def _kept(self, way: Way, host: GraphHost, key: str) -> list[Outcome]:
        value = await read(way, host.store_for_calls(self._options.store), key)
        if not isinstance(value, Mapping):
            return []
        outcomes: Sequence[Mapping[str, Any]] = cast("Mapping[str, Any]", value).get("outcomes", ())
        return [_from_json(one) for one in outcomes]

    async def _keep(self, way: Way, host: GraphHost, key: str | None, kept: list[Outcome], outcome: Outcome) -> None:
        if key is None or (outcome.offer is None and not kept):
            return
        if outcome.failed and not is_outcome_unknown(outcome.error):  # the reply may be sent again
            return
        kept.append(outcome)
        outcomes = [_to_json(one) for one in kept]
        await write(way, host.store_for_calls(self._options.store), key, {"outcomes": outcomes})


def _interrupted(app_id: str, outcome: Outcome) -> object:
    from langgraph.types import interrupt

    offer = outcome.offer.to_json() if outcome.offer is not None else {}
    return interrupt({"type": "alli.offer", "app_id": app_id, "text": outcome.text, **offer})


def reply_of(value: object) -> Mapping[str, object] | None:
    """What a graph was resumed with, as arguments; None: nothing to say, so that the model goes on."""
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value) or None
    if isinstance(value, str):
        return {"message": value} if value else None
    if isinstance(value, bool) or value is None:
        return None
    return {"choices": [value] if isinstance(value, int) else value}


def _conversation_id(outcome: Outcome) -> str | None:
    found = outcome.artifact["alli"].get("conversation_id")
    return found if isinstance(found, str) else None


def _to_json(outcome: Outcome) -> dict[str, Any]:
    offer = outcome.offer.to_json() if outcome.offer is not None else None
    return {"text": outcome.text, "artifact": outcome.artifact, "offer": offer, "failed": outcome.failed}


def _from_json(value: Mapping[str, Any]) -> Outcome:
    offer = value["offer"]
    return Outcome(
        value["text"],
        value["artifact"],
        failed=value["failed"],
        offer=Offer.from_json(offer) if offer is not None else None,
    )
