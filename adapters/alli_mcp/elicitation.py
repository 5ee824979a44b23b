"""Choices and forms as elicitation: the client asks its user what the app asks, where it can.

The protocol has two ways. Until 2025 the server asks in mid-call: `elicited`. Since 2026 nothing waits: the call ends with a
request for input, and the client makes it again with the user's input and a sealed state: `asked_again` and `input_of`.
The first answer of the app travels in that state, so that the app is not run again for it.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from alli_tools import Offer, Outcome
from alli_tools.definition.naming import argument_keys
from fastmcp import Context
from fastmcp.tools.base import ToolResult
from pydantic import Field, create_model

__all__ = ["asked_again", "elicited", "input_of"]

_log = logging.getLogger(__name__)

_KEY = "offer"


async def elicited(context: Context, outcome: Outcome, offer: Offer) -> dict[str, object] | None:
    """What the user says to the offer, as arguments of a reply; None: the client can't ask, or they don't say."""
    wanted, read = _question(offer)
    try:
        answer: Any = await context.elicit(offer.without_advice(outcome.text), wanted)
    except Exception as error:  # noqa: BLE001  # clients without elicitation refuse in several ways; the model is asked then
        _log.debug("the client was not asked: %s", type(error).__name__)
        return None
    return read(answer.data) if answer.action == "accept" else None


def asked_again(context: Context, outcome: Outcome, offer: Offer) -> ToolResult | None:
    """The request for the user's input that ends this call; None: this client asks in mid-call, or not at all."""
    session: Any = context.session
    capabilities = getattr(session, "client_capabilities", None)
    modern = getattr(context, "_is_modern_protocol", None)
    if modern is None or not modern() or getattr(capabilities, "elicitation", None) is None:
        return None
    from fastmcp.server.elicitation import parse_elicit_response_type
    from fastmcp.tools.base import InputRequiredToolResult
    from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult

    schema = parse_elicit_response_type(_question(offer)[0]).schema
    request = ElicitRequest(
        params=ElicitRequestFormParams(message=offer.without_advice(outcome.text), requested_schema=schema)
    )
    state = {"text": outcome.text, "artifact": outcome.artifact, "offer": offer.to_json()}
    return InputRequiredToolResult(InputRequiredResult(input_requests={_KEY: request}, request_state=json.dumps(state)))


def input_of(context: Context) -> tuple[Outcome, dict[str, object] | None] | None:
    """The first answer of the app and what the user says to it, where this call is made again; else None."""
    sealed: str | None = getattr(context, "request_state", None)
    if sealed is None:
        return None
    from fastmcp.server.elicitation import handle_elicit_accept, parse_elicit_response_type

    state = json.loads(sealed)
    offer = Offer.from_json(state["offer"])
    outcome = Outcome(state["text"], state["artifact"], offer=offer)
    response: Any = (context.input_responses or {}).get(_KEY)
    if response is None or response.action != "accept":
        return outcome, None
    wanted, read = _question(offer)
    return outcome, read(handle_elicit_accept(parse_elicit_response_type(wanted), response.content).data)


def _question(offer: Offer) -> tuple[Any, Callable[[Any], dict[str, object]]]:
    """What to ask for, in FastMCP's terms, and how to read what comes."""
    return _form(offer) if offer.form else _choices(offer)


def _choices(offer: Offer) -> tuple[Any, Callable[[Any], dict[str, object]]]:
    shown = list(offer.choices)
    if len(set(shown)) < len(shown):
        shown = [f"{index}: {choice}" for index, choice in enumerate(shown)]

    def read(data: Any) -> dict[str, object]:
        taken: list[str] = [*data] if offer.multiple else [data]
        return {"choices": [shown.index(choice) for choice in taken]}

    return [shown] if offer.multiple else shown, read


def _form(offer: Offer) -> tuple[Any, Callable[[Any], dict[str, object]]]:
    keys = argument_keys([str(field["name"]) for field in offer.form])
    fields: dict[str, Any] = {}
    for field in offer.form:
        default: Any = "" if field.get("required") is False else ...
        fields[keys[str(field["name"])]] = (str, Field(default, title=str(field.get("label") or field["name"])))

    def read(data: Any) -> dict[str, object]:
        values = data.model_dump()
        return {"form": [{"name": name, "value": values[key]} for name, key in keys.items() if values[key]]}

    return create_model("Form", **fields), read
