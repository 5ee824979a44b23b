"""An outcome as LangChain takes it from a tool: content and artifact, a message, or an exception."""

from typing import Any

from alli import AlliError
from alli_tools import Outcome
from alli_tools.calls.errors import OnError, is_for_the_model, note_outcome
from langchain_core.messages import ToolMessage

from .errors import AlliToolError

__all__ = ["ToolOutput", "delivered"]

ToolOutput = tuple[str | ToolMessage, dict[str, Any]]
"""Content and artifact; for a failed call a whole message, because LangChain's own error messages lose the artifact."""


def delivered(outcome: Outcome, tool_name: str, call_id: str | None, on_error: OnError) -> ToolOutput:
    """What a tool gives back for `outcome`. `call_id` None: there is no tool call that a message could answer.

    Raises:
        AlliToolError: an error the model can act on, there is no tool call, and not all errors are to come back.
        AlliError: any other error of the service or the network, as `alli` raised it.
    """
    error = outcome.error
    if error is not None and not is_for_the_model(error, on_error):
        if isinstance(error, AlliError):
            note_outcome(error)
        raise error
    if error is not None and call_id is None and on_error != "return_all":
        raised = AlliToolError(outcome.text)
        raised.artifact = outcome.artifact
        raise raised from error
    if not outcome.failed or call_id is None:
        return outcome.text, outcome.artifact
    message = ToolMessage(outcome.text, artifact=outcome.artifact, name=tool_name, tool_call_id=call_id, status="error")
    return message, outcome.artifact
