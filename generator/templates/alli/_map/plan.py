"""What `apps.map` does next: which row is sent, which is given, when it is over. Decides; the loop in running.py does the I/O."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from .._calls.retries import retryable
from ..errors import AlliError, APIStatusError, InvalidArgumentError, MapStopped
from .items import MapItem
from .ledger import Ledger
from .pace import Pace, pause_after
from .rows import Job, Key, Outcome, job_of

__all__ = ["Options", "Plan", "is_refusal"]

LOWEST_RATE, HIGHEST_RATE = 1e-6, 1e9
"""Calls per minute: one in two years, and more than can be made. What lies outside is a mistake, and no wait can be so long."""
MAX_REFUSALS = 10
"""How often a row is sent again after the service has refused it for its rate."""


@dataclass(frozen=True, slots=True)
class Options:
    """The arguments of `apps.map`, under the same names.

    Raises:
        InvalidArgumentError: an argument has the wrong type or value.
    """

    concurrency: int
    key: Key
    per_minute: float | None
    stop_after: int | None
    max_calls: int | None
    ordered: bool
    retry_unknown: bool
    longest_pause: float

    def __post_init__(self) -> None:
        for name in ("concurrency", "stop_after", "max_calls"):
            value: object = getattr(self, name)
            if value is None and name != "concurrency":
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise InvalidArgumentError(f"apps.map: {name} must be a whole number of at least 1")
        rate: object = self.per_minute
        if rate is not None and (
            not isinstance(rate, (int, float)) or isinstance(rate, bool) or not LOWEST_RATE <= rate <= HIGHEST_RATE
        ):
            raise InvalidArgumentError(
                f"apps.map: per_minute must be a number from {LOWEST_RATE:g} to {HIGHEST_RATE:g}"
            )
        if self.key is not None and not isinstance(self.key, str) and not callable(self.key):
            raise InvalidArgumentError("apps.map: key must be a column's name or a function of the row")


class Plan:
    """The state of one `apps.map`. Used by the thread or task that reads its items."""

    def __init__(self, options: Options, ledger: Ledger | None) -> None:
        self._options = options
        self._ledger = ledger
        self._pace = Pace(options.per_minute, options.concurrency)
        self._window = options.concurrency * (2 if options.ordered else 1)
        self._index = 0
        self._is_read = False  # the last row has been taken
        self._waiting: deque[Job] = deque()
        self._finished: dict[int, MapItem] = {}  # by index
        self._order: deque[int] = deque()  # in which items are given
        self._running = 0
        self._failed = 0
        self._calls = 0
        self._last_error: AlliError | None = None
        self._stopped: str | None = None
        self._no_more: str | None = None  # why no more rows may be sent, if there are any

    @property
    def wants_row(self) -> bool:
        """Whether to take another row."""
        held = len(self._waiting) + self._running + len(self._finished)
        return not self._is_read and self._stopped is None and held < self._window

    def take(self, given: object) -> None:
        """Takes the next row."""
        job = job_of(self._index, given, self._options.key)
        self._index += 1
        status = self._ledger.status_of(job) if self._ledger else None
        if status == "ok":
            return
        if self._options.ordered:
            self._order.append(job.index)
        if status in ("sent", "unknown") and not self._options.retry_unknown:
            self._finish(MapItem(job.index, job.key, job.given, "unknown", error=_left_unfinished(job, status)))
        else:
            self._waiting.append(job)

    def end(self) -> None:
        """There are no more rows."""
        self._is_read = True

    def next_job(self, now: float) -> Job | None:
        """The row to send now, if any."""
        if self._stopped is not None or not self._waiting or not self._pace.allows(self._running):
            return None
        if self._pace.seconds_until_next(now) > 0:
            return None
        if self._options.max_calls is not None and self._calls >= self._options.max_calls:
            self._no_more = f"max_calls={self._options.max_calls} is reached"
        if self._no_more is not None:
            self._stop(self._no_more)
            return None
        self._pace.begin(now)
        self._calls += 1
        self._running += 1
        job = self._waiting.popleft()
        job.began_at = now
        return job

    def seconds_to_wait(self, now: float) -> float | None:
        """Longest time to wait for a call to end before `next_job` is worth asking; None for as long as it takes."""
        if self._stopped is None and self._waiting and self._pace.allows(self._running):
            return self._pace.seconds_until_next(now)
        return None

    def took(self, outcome: Outcome, now: float) -> None:
        """A call has ended."""
        self._running -= 1
        job, error = outcome.job, outcome.error
        if error is None or not is_refusal(error):
            self._pace.answered()
        if error is None:
            self._finish(MapItem(job.index, job.key, job.given, "ok", result=outcome.result))
            return
        if self._is_held(job, error, now):
            self._waiting.appendleft(job)
            return
        self._failed += 1
        self._last_error = error
        self._finish(MapItem(job.index, job.key, job.given, outcome.status, error=error))
        if self._options.stop_after is not None and self._failed >= self._options.stop_after:
            rows = "1 row has" if self._failed == 1 else f"{self._failed} rows have"
            self._stop(f"{rows} failed (stop_after={self._options.stop_after})")

    def next_item(self) -> MapItem | None:
        """The item to give now, if any."""
        item = None
        while item is None and self._has_item:
            # Of rows in order, those that were left out when it stopped have none.
            item = self._finished.pop(self._order.popleft(), None)
        return item

    @property
    def _has_item(self) -> bool:
        return bool(self._finished) and (self._order[0] in self._finished or self._has_ended)

    @property
    def needs_to_wait(self) -> bool:
        """Whether there is nothing to do before a call ends or the pace allows another one."""
        return not self._has_item and not self._has_ended

    @property
    def is_over(self) -> bool:
        """Whether everything has been given."""
        return self._has_ended and not self._finished

    @property
    def _has_ended(self) -> bool:
        """No call runs, and none will."""
        return self._running == 0 and (self._stopped is not None or (self._is_read and not self._waiting))

    def raise_if_stopped(self) -> None:
        """Raises MapStopped where rows were left out."""
        error, self._last_error = self._last_error, None  # its frames hold what holds this plan
        if self._stopped is not None:
            text = f"apps.map: stopped, as {self._stopped}; later rows were not sent"
            raise MapStopped(text, failed=self._failed, calls=self._calls) from error

    def _is_held(self, job: Job, error: AlliError, now: float) -> bool:
        """Whether the row is sent again, after a pause that all rows keep."""
        if not is_refusal(error) or not isinstance(error, APIStatusError):
            return False
        job.refusals += 1
        seconds = pause_after(job.refusals) if error.retry_after is None else error.retry_after
        if seconds > self._options.longest_pause:
            # All further rows would be refused, too.
            self._no_more = (
                f"the service asks for a pause of {seconds:.0f} seconds, more than {self._options.longest_pause:.0f}"
            )
            return False
        self._pace.refused(job.began_at, now, seconds)
        return job.refusals <= MAX_REFUSALS

    def _finish(self, item: MapItem) -> None:
        self._finished[item.index] = item
        if not self._options.ordered:
            self._order.append(item.index)

    def _stop(self, reason: str) -> None:
        self._stopped = self._stopped or reason


def is_refusal(error: BaseException) -> bool:
    """Whether the service refused a call for its rate, so that no app has run and all calls should slow down."""
    return isinstance(error, APIStatusError) and error.method == "POST" and retryable(error)


def _left_unfinished(job: Job, status: str) -> AlliError:
    ended = "was sent, and no end of it was noted" if status == "sent" else "ended with an unknown outcome"
    return AlliError(
        f"apps.map: row {job.index} {ended} when the resume file was written; the app may have run. Look before you send it again, "
        "with retry_unknown=True",
        request_sent=True,
        outcome_unknown=True,
    )
