"""Which errors a model can act on, and how it sees them.

A model can act on errors that its own arguments or its choice of app caused: those come back as text with an artifact.
Everything else (key, permission, billing, overload, network, defects) is raised as `alli` raised it, so that code that
retries sees the class it looks for.
"""

from collections.abc import Sequence
from typing import Literal

from alli import (
    AlliError,
    APIStatusError,
    AppError,
    AuthenticationError,
    BadRequestError,
    ConversationBusyError,
    DeadlineExceededError,
    InvalidArgumentError,
    PaymentError,
    RunResult,
    StreamError,
)

from alli_tools.calls.stopping import CallStoppedError
from alli_tools.definition.app_spec import AppSpec

__all__ = [
    "CallRefusedError",
    "OnError",
    "error_details",
    "is_for_the_model",
    "is_outcome_unknown",
    "note_outcome",
    "partial_result",
    "words_for_the_model",
]

OnError = Literal["return_actionable", "return_all"]
"""`return_actionable`: errors the model can act on come back as error messages, others are raised. `return_all`: all
errors of the service and the network come back; a defect or a wrong set-up is still raised."""

_TO_LOOK = "look before"  # so do most errors of `alli` put it, too
_MAY_HAVE_RUN = f"the app may have run: {_TO_LOOK} running it again"
_ACTIONABLE_STATUS = frozenset({400, 404, 409, 410, 413, 414, 422})


class CallRefusedError(AlliError):
    """A call that is not made: an argument is missing or wrong, or there is no such document or app. Nothing was sent.

    Hooks may raise it to refuse a call; its text goes to the model.
    """

    request_sent: bool = False
    outcome_unknown: bool = False


def is_outcome_unknown(error: BaseException | None) -> bool:
    """May the app have run, or be running still? `alli` notes it in the error."""
    return getattr(error, "outcome_unknown", False) is True


def note_outcome(error: AlliError) -> None:
    """Say in the text of an error that is about to be raised that the app may have run, unless the text says so already.

    Middleware shows that text to a model, some with the advice to try again.
    """
    if is_outcome_unknown(error) and _TO_LOOK not in str(error):
        error.args = (f"{error}; {_MAY_HAVE_RUN}", *error.args[1:])


def is_for_the_model(error: Exception, on_error: OnError) -> bool:
    """Is this error an answer to the model, rather than an exception for the application?"""
    if isinstance(error, CallStoppedError):
        return False
    if isinstance(error, CallRefusedError | AppError | BadRequestError | InvalidArgumentError | ConversationBusyError):
        return True
    if isinstance(error, AuthenticationError | PaymentError):  # by their code; they come with any status
        return on_error == "return_all"
    if isinstance(error, APIStatusError) and error.status_code in _ACTIONABLE_STATUS:
        return True
    return on_error == "return_all" and isinstance(error, AlliError) and not isinstance(error, ValueError)


def words_for_the_model(error: Exception, app: AppSpec, keys: Sequence[str]) -> str:
    """What happened, in the service's own words where there are any, and what to do. No key, header or stack."""
    if isinstance(error, CallRefusedError):
        return str(error)
    name = app.name or app.tool_name
    if is_outcome_unknown(error):
        return (
            f'The outcome of running the app "{name}" is unknown: no complete answer came, and it may have run. '
            "Do not call it again for the same purpose before someone has checked."
        )
    if isinstance(error, APIStatusError | AppError) and error.message:
        what = error.message
    else:
        what = str(error)
    status = f"{error.status_code} " if isinstance(error, APIStatusError) else ""
    arguments = f"\nIts arguments are: {', '.join(keys)}." if keys else ""
    return f'The app "{name}" failed: {status}{what}{arguments}'


def error_details(error: Exception) -> dict[str, object]:
    """The `error` of an artifact: JSON scalars only."""
    known = error if isinstance(error, APIStatusError | AppError) else None
    return {
        "type": type(error).__name__,
        "status_code": error.status_code if isinstance(error, APIStatusError) else None,
        "code": known.code if known else None,
        "name": known.name if known else None,
        "message": known.message if known else str(error),
        "outcome_unknown": is_outcome_unknown(error),
    }


def partial_result(error: Exception) -> RunResult | None:
    """What the app had answered before the error, if anything."""
    if isinstance(error, StreamError | DeadlineExceededError | CallStoppedError):
        return error.partial
    if isinstance(error, AppError):
        return error.partial or (error.result if isinstance(error.result, RunResult) else None)
    return None
