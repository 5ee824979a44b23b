"""What routes share, and the few things all of them do."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

from starlette.responses import Response

from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.model import App, AppFile, AppRun
from alli_emulator.contract.problems import Problem, Violation
from alli_emulator.contract.validation import Contract
from alli_emulator.faults.fault import Fault
from alli_emulator.faults.fault_book import FaultBook
from alli_emulator.faults.fault_checks import check_subject
from alli_emulator.recording.replay import Replay
from alli_emulator.requests.exchange import FORM, Exchange
from alli_emulator.requests.record import RequestRecord
from alli_emulator.requests.request_log import RequestLog
from alli_emulator.routes.by_hand import HandMadeAnswers
from alli_emulator.runs.app_errors import AppErrors
from alli_emulator.runs.background import BackgroundRuns
from alli_emulator.runs.jobs import Job
from alli_emulator.runs.latency import Latency
from alli_emulator.runs.turns import Turn
from alli_emulator.state.documents import Documents
from alli_emulator.state.store import Store
from alli_emulator.state.threads import Threads
from alli_emulator.wire.dialect import Dialect
from alli_emulator.wire.refusals import Refusal, internal_error, invalid_json, invalid_request, not_found
from alli_emulator.wire.wire_json import WireResponse, loads

__all__ = ["Context"]

JSON = "application/json"

FINDINGS_KEPT = 1000
"""The newest of each kind: an emulator that runs for days must not fill the memory."""


@dataclass(slots=True)
class Context:
    """The parts of one emulator. `pace`: seconds between the records of a stream."""

    store: Store
    contract: Contract
    dialect: Dialect
    faults: FaultBook
    api_key: str = field(repr=False)
    base_url: Callable[[], str]
    pace: float
    answers: HandMadeAnswers
    replay: Replay | None = None
    latency: Latency | None = None
    log: RequestLog = field(default_factory=RequestLog)
    app_errors: AppErrors = field(default_factory=AppErrors)
    documents: Documents = field(default_factory=Documents)
    threads: Threads = field(default_factory=Threads)
    background: BackgroundRuns = field(default_factory=BackgroundRuns)
    violations: deque[Violation] = field(default_factory=lambda: deque(maxlen=FINDINGS_KEPT))
    unknown_operations: deque[RequestRecord] = field(default_factory=lambda: deque(maxlen=FINDINGS_KEPT))
    # Mutable: how many runs and requests there were.
    runs: Iterator[int] = field(default_factory=count)
    requests: Iterator[int] = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def set_fault(self, fault: Fault) -> None:
        """Sets a fault.

        Raises:
            FaultError: no request could meet it.
        """
        paths = [(one.method, one.path) for one in self.contract.operations]
        check_subject(fault, self.store.apps(), [*paths, *self.answers.paths()], self.store.ids())
        self.faults.add(fault)

    def reset(self, apps: Iterable[App]) -> None:
        """As at the start: these apps, and nothing else."""
        self.background.clear()
        self.documents.clear()
        self.threads.clear()
        self.store.reset(apps)
        self.faults.clear()
        self.answers.clear()
        if self.replay is not None:
            self.replay.rewind()
        self.log.clear()
        self.app_errors.clear()
        with self._lock:
            self.runs, self.requests = count(), count()
            self.violations.clear()
            self.unknown_operations.clear()

    def job(
        self,
        app: App,
        conversation: Conversation,
        exchange: Exchange,
        *,
        stays_open: bool,
        inputs: Mapping[str, object] | None = None,
        message: str = "",
        files: tuple[AppFile, ...] = (),
        choices: tuple[int, ...] = (),
        form: Mapping[str, object] | None = None,
    ) -> Job:
        """An app about to take the next turn of a conversation."""
        user_id = exchange.user_id
        earlier = tuple(one for one in self.store.history(app.id, user_id) if one is not conversation)
        run = AppRun(app.id, conversation, inputs or {}, message, files, choices, form, user_id, earlier)
        conversation.turn += 1
        if message:
            conversation.say("USER", message)
        turn = Turn(app, conversation, self.dialect, message)
        pauses = self.latency.pauses(next(self.runs)) if self.latency else iter(())
        return Job(app, run, turn, stays_open, self.app_errors, pauses)

    def query(self, operation: str, exchange: Exchange) -> dict[str, Any]:
        """The documented query parameters; refuses what breaks the spec."""
        values, problems = self.contract.query_problems(operation, exchange.query.multi_items())
        self.refuse(exchange, problems)
        return values

    def json_body(self, operation: str, exchange: Exchange, source: bytes | str | None = None) -> dict[str, Any]:
        """The body (or `source`) as the operation's JSON object; refuses what is not JSON or breaks the spec."""
        try:
            body = loads(exchange.body() if source is None else source)
        except ValueError:
            raise invalid_json(self.dialect) from None
        self.refuse(exchange, self.contract.body_problems(operation, JSON, body))
        if not isinstance(body, dict):
            self.refuse(exchange, [Problem(("body",), "type", "must be object")])
        return cast(dict[str, Any], body)

    def form_only(self, operation: str, exchange: Exchange) -> dict[str, Any]:
        """A form's fields, its files as empty text; refuses a body that is not a form, or whose text parts break the spec."""
        if exchange.form is None:
            told = exchange.form_error or f"must be {FORM}"
            self.refuse(exchange, [Problem(("body",), "content", told)])
            return {}
        parts = [(name, value if isinstance(value, str) else None) for name, value in exchange.form.multi_items()]
        self.refuse(exchange, self.contract.form_problems(operation, parts))
        return self.contract.form_values(operation, parts)

    def refuse(self, exchange: Exchange, problems: list[Problem]) -> None:
        """Raises the service's answer to an invalid request if there are problems."""
        if problems:
            raise invalid_request(self.dialect, exchange.path, problems)

    def app(self, exchange: Exchange) -> App:
        """The app in the path; the service's 404 where there is none."""
        app = self.store.app(exchange.record.path_params["app_id"])
        if app is None:
            raise not_found()
        return app

    def answer(self, operation: str, body: object, *, keeps_form: bool = False) -> Response:
        """A 200 with this JSON, held against the spec, and then put in the dialect's envelope.

        Two keep their form: an object whose names are anybody's, as `result` could be one of them, and what was seen in one form only.
        """
        self.check(operation, JSON, body)
        return WireResponse(body if keeps_form else self.dialect.enveloped(body))

    def check(self, operation: str, media_type: str, body: object) -> None:
        """Notes a violation and refuses to send it if an answer of ours breaks the spec."""
        if self.breaks_the_spec(operation, 200, media_type, body):
            raise internal_error("The emulator's own answer breaks the spec; see Emulator.violations.")

    def check_refusal(self, operation: str, refusal: Refusal) -> None:
        """Notes a violation where an error answer breaks the spec; it is sent anyway, being an error already."""
        media_type = "text/html" if isinstance(refusal.body, str) else JSON
        self.breaks_the_spec(operation, refusal.status, media_type, refusal.body)

    def breaks_the_spec(self, operation: str, status: int, media_type: str, body: object) -> bool:
        """Whether an answer breaks the spec; notes each violation."""
        problems = self.contract.answer_problems(operation, status, media_type, body)
        with self._lock:
            self.violations.extend(Violation(operation, status, problem) for problem in problems)
        return bool(problems)
