"""Where a streamed answer stands, and the error that it fails with. No I/O: open_stream.py sends and reads.

The states of a stream:

    new ──enter or first read──▶ open ──the service closes──▶ complete
     │                             ├──cut, idle, not JSON, error record──▶ failed, each read raises
     └────────close()──────────────┴──close()──▶ closed, the next read raises
"""

from __future__ import annotations

import time
from typing import Any

from .._calls.call import Call
from .._calls.response import Response
from .._json.error_details import ErrorDetails
from .._json.responses import UNKNOWN_OUTCOME, reported_error
from .._privacy.masking import Mask
from .._privacy.unpicklable import Connected
from ..errors import (
    AlliError,
    APIConnectionError,
    APITimeoutError,
    DeadlineExceededError,
    StreamDecodeError,
    StreamIdleError,
    StreamInterruptedError,
    StreamTruncatedError,
)
from ..results import RunResult
from .ndjson import Reader

__all__ = ["StreamState"]


class StreamState(Connected):
    """What is known of a stream. The class that reads it notes here what it meets, and asks what error that is."""

    def __init__(self, name: str, idle_timeout: float) -> None:
        self._name = name
        self._idle_timeout = idle_timeout
        # Mutable from here.
        self._call: Call | None = None
        self._reader = Reader()
        self._waiting_since = 0.0
        self._break: APIConnectionError | None = None
        self._was_idle = False  # the connection was broken because no record came for too long
        self._mismatch: AlliError | None = None
        self._failure: AlliError | None = None  # never raised itself: its frames hold this stream
        self._has_begun = False  # the request may be out
        self._is_closed = False
        self._is_at_end = False
        self._is_complete = False

    def _reported(self) -> tuple[ErrorDetails, object] | None:
        """The error that a record reports, and that record."""
        raise NotImplementedError

    def _partial(self) -> RunResult | None:
        """What came so far, for an error."""
        return None

    def _is_empty(self) -> bool:
        """Whether nothing has come that can be an answer, at the end of the stream."""
        return self._reader.count == 0

    @property
    def conversation_id(self) -> str | None:
        """The conversation's id, as soon as the service has sent it."""
        return None

    @property
    def request_id(self) -> str | None:
        """The id sent with the request; None until it has gone out."""
        return None if self._call is None else self._call.request_id

    @property
    def response(self) -> Response | None:
        """Status and headers of the answer, whose body is this stream; None until the request has gone out."""
        return None if self._call is None else self._call.response

    @property
    def complete(self) -> bool:
        """Whether the stream has come to its end in order."""
        return self._is_complete

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will be read from the service: it is complete, has failed, or was closed."""
        return self._is_closed or self._is_complete or self._failure is not None

    def _began(self, call: Call) -> None:
        self._call = call

    def _end(self, error: BaseException | None) -> None:
        if self._call is not None:
            self._call.end(error, self.conversation_id)

    def _find_failure(self) -> AlliError | None:
        """The error that the next read raises; None while the stream can be read on."""
        if (mismatch := self._mismatch) is not None:
            self._mismatch = None
            mismatch.__dict__.update(self._known())
            return mismatch
        if (reported := self._reported()) is not None:
            details, record = reported
            known = self._known()
            return reported_error(details, self._where, self._mask, body=record, result=known["partial"], **known)
        if (error := self._break) is not None:
            self._break = None
            return self._broken(error)
        if self._reader.error is not None:
            kind = StreamTruncatedError if self._reader.error.incomplete else StreamDecodeError
            failure = self._stopped(kind, f"can't be read on: {self._reader.error}")
            failure.__dict__.update(index=self._reader.error.index, raw=self._mask.key_in(self._reader.error.raw))
            return failure
        if self._is_closed and not self._has_begun:
            return StreamInterruptedError(
                f"{self._name}: the stream was closed before it was opened; nothing was sent",
                **self._known(),
                request_sent=False,
                outcome_unknown=False,
            )
        if self._is_closed and not self._is_at_end:
            return self._stopped(StreamInterruptedError, "was closed before its end")
        return None

    def _broken(self, error: APIConnectionError) -> AlliError:
        failure: AlliError
        if self._is_closed:
            failure = self._stopped(StreamInterruptedError, "was closed before its end")
        elif self._was_idle:
            failure = self._idle()
        elif isinstance(error, DeadlineExceededError):
            error.__dict__.update(self._known(), outcome_unknown=True)
            error.args = (f"{error}; {self._hint()}",)
            return error
        elif isinstance(error, APITimeoutError):
            failure = self._stopped(StreamIdleError, "gave no byte within the read timeout")
            if time.monotonic() - self._waiting_since >= self._idle_timeout:
                failure = self._idle()
        else:
            failure = self._stopped(StreamInterruptedError, "was cut: the connection broke before the end")
        failure.__cause__ = error
        return failure

    def _idle(self) -> AlliError:
        return self._stopped(StreamIdleError, f"gave no record for {self._idle_timeout:g} s")

    def _stopped(
        self, kind: type[StreamInterruptedError | StreamDecodeError | StreamIdleError], reason: str
    ) -> AlliError:
        return kind(f"{self._where}: the stream {reason}; {self._hint()}", **self._known())

    def _hint(self) -> str:
        conversation = f" (conversation {self.conversation_id})" if self.conversation_id else ""
        return f"`.partial` holds what came before; {UNKNOWN_OUTCOME}{conversation}"

    @property
    def _where(self) -> str:
        """Opens error messages."""
        return self._name if self._call is None else self._call.where

    @property
    def _mask(self) -> Mask:
        return Mask(None, {}, tuple) if self._call is None else self._call.mask

    def _known(self) -> dict[str, Any]:
        """Attributes of an error that ends the stream."""
        known: dict[str, Any] = {"partial": self._partial(), "conversation_id": self.conversation_id}
        return known if self._call is None else {**self._call.details(), **known}
