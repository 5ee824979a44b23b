"""The emulator as a user holds it: a real HTTP server in its own thread."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from alli_emulator.apps.builtin import builtin_apps
from alli_emulator.apps.checks import check_app
from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.decorator import AppDecorator
from alli_emulator.apps.model import App
from alli_emulator.contract.problems import Violation
from alli_emulator.contract.validation import Contract, load_document
from alli_emulator.faults.fault import Fault
from alli_emulator.faults.fault_book import FaultBook
from alli_emulator.faults.fault_json import check_fault
from alli_emulator.findings import Finding, FindingKind, findings_in, message_of
from alli_emulator.http.dispatch import Dispatcher
from alli_emulator.http.server_thread import ServerThread, url_of
from alli_emulator.http.service import Service
from alli_emulator.recording.replay import Replay
from alli_emulator.requests.record import RequestRecord
from alli_emulator.routes.by_hand import NOT_GIVEN, Body, HandMadeAnswers, Source
from alli_emulator.routes.context import Context
from alli_emulator.runs.latency import Latency
from alli_emulator.signatures import takes_arguments_of
from alli_emulator.state.store import Store
from alli_emulator.wire.dialect import CitationCase, Dialect, Envelope, MessageFormat, Profile, RunShape

__all__ = ["Emulator"]


class Emulator:
    """A local Alli service on a loopback port.

        with Emulator() as alli:
            client = Alli(api_key=alli.api_key, base_url=alli.base_url)

    It may be used again after it was stopped; its apps and conversations stay. `documents` holds the knowledge base.

    Args:
        api_key: the one key it accepts; a random one by default.
        host, port: where to listen, on this machine alone by default; port 0 takes a free one.
        allowed_hosts: names that requests may use for it, beside `host`, addresses and names without a dot. Others are
            refused: a page in a browser may have pointed its own name here.
        builtin: whether the built-in apps are there.
        apps: further apps, made with `alli_emulator.app`.
        pace: seconds between two records of a stream.
        profile, run_shape, message_format, citation_case, echo_user, envelope: see `Dialect`.
        document: the OpenAPI document to hold requests and answers against; by default the one in package `alli`.
        latency: how long runs take, and how often requests fail; in place of `pace`.
        replay: a folder that `python -m alli_emulator record` has filled; it is answered from that, and from no app.
        speed: pauses of a replay are as long as recorded, divided by this; `math.inf` leaves them out.

    Raises:
        OSError: on entering or `start()`: the port is taken.
        RecordingError: the folder to replay can't be read.
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        allowed_hosts: Iterable[str] = (),
        builtin: bool = True,
        apps: Iterable[App] = (),
        pace: float = 0.01,
        profile: Profile = "observed",
        run_shape: RunShape = "responses",
        message_format: MessageFormat = "markdown",
        citation_case: CitationCase = "camel",
        echo_user: bool = False,
        envelope: Envelope = "documented",
        document: Mapping[str, Any] | None = None,
        latency: Latency | None = None,
        replay: str | Path | None = None,
        speed: float = 1.0,
    ) -> None:
        if api_key is not None and not (api_key.isascii() and api_key.isprintable() and api_key == api_key.strip()):
            raise ValueError(
                "Emulator: api_key must be printable ASCII without blanks at its ends, as a header can hold"
            )
        self._address = (host, port)
        self._allowed_hosts = [*allowed_hosts]
        contract = Contract(load_document() if document is None else document)
        self._context = Context(
            store=Store(),
            contract=contract,
            dialect=Dialect(profile, run_shape, message_format, citation_case, echo_user, envelope),
            faults=FaultBook(),
            api_key=api_key or f"emulator-{secrets.token_hex(8)}",
            base_url=lambda: self.base_url,
            pace=pace if latency is None else 0,
            latency=latency,
            answers=HandMadeAnswers(contract),
            replay=None if replay is None else Replay(Path(replay), speed),
        )
        self._dispatcher = Dispatcher(self._context)
        for one in [*(builtin_apps() if builtin and replay is None else ()), *apps]:
            check_app(one)
            self._context.store.add(one)
        self._first_apps = self._context.store.apps()
        self.documents = self._context.documents
        # Mutable: what runs between start() and stop().
        self._running: ServerThread | None = None

    def __repr__(self) -> str:
        where = self.base_url if self._running else "stopped"
        return f"<Emulator {where}, {len(self.apps)} apps>"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def api_key(self) -> str:
        """The key it accepts."""
        return self._context.api_key

    @property
    def base_url(self) -> str:
        """Scheme, host and port. RuntimeError while the emulator is stopped."""
        if self._running is None:
            raise RuntimeError("Emulator: it has no address while it is stopped; use `with Emulator() as alli:`")
        return url_of(self._running.address)

    @property
    def apps(self) -> list[App]:
        """All apps as they are now, in the order of the lists."""
        return self._context.store.apps()

    @property
    def requests(self) -> list[RequestRecord]:
        """All requests so far, also those with a wrong key; the newest 10,000. The control path's own are left out."""
        return self._context.log.all()

    @property
    def violations(self) -> list[Violation]:
        """Answers of the emulator's own that broke the spec; empty unless the emulator or an app has a defect."""
        return list(self._context.violations)

    @property
    def faults(self) -> list[Fault]:
        """The faults that are set and not used up."""
        return [fault for fault, _ in self._context.faults.pending()]

    @property
    def not_served(self) -> list[str]:
        """The documented operations that no route and no `answer` serves, such as one you add to the document."""
        return [str(one) for one in self._dispatcher.not_served]

    @cached_property
    def app(self) -> AppDecorator:
        """Registers the decorated function as an app; the name then stands for the `App`, whose `.id` runs it.

            @alli.app(type="campaign")
            def greeter(run):
                return f"Hello {run.message}"

        It may be used at any time, also while the emulator runs, and without parentheses. `AppDecorator` says what each
        argument is; see `App` and `AppRun` for what the function is given and may answer.
        """
        return AppDecorator(self._context.store.add)

    @takes_arguments_of(Fault)
    def fault(self, fault: Fault) -> Fault:
        """Spoils the next answers; `Fault` says what each argument does.

        Raises:
            ValueError: an argument is outside what it may be, such as a `cut` of another name; or no request could meet
                the fault, as its app is unknown, or no path can have the text that it asks for.
        """
        self._context.set_fault(check_fault(fault))
        return fault

    def answer(
        self,
        method: str,
        path: str,
        *,
        json: Source = NOT_GIVEN,
        records: Source = None,
        content: bytes | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        undocumented: bool = False,
    ) -> None:
        """Serves an operation by hand, in place of what the emulator would answer.

            alli.answer("GET", "/webapi/v2/projects", json=[{"id": "p", "name": "Demo"}])
            alli.answer("GET", "/webapi/v2/apps/{app_id}", json=lambda request: {"id": request.path_params["app_id"]})

        Args:
            path: as documented, with parameters in braces, or one path of it with its ids. A later answer for the same
                path takes the place of an earlier one; one for a whole path is preferred to one with parameters.
            json: the body: a JSON value, or a function that is given the `RequestRecord` and gives one.
            records: the records of a streamed answer: a list, or a function of the request that gives or yields them.
            content: the body in bytes; say what it is with `headers={"content-type": ...}`.
            status, headers: of the answer.
            undocumented: takes paths that are not documented, and answers that break the document.

        Raises:
            ValueError: the document has no such operation, or its answer is another one. What a function gives is checked
                when it is sent: an answer that breaks the document becomes a 500 and a violation.
            TypeError: more than one of `json`, `records` and `content`.
        """
        body = Body(json, records, content)
        self._context.answers.add(method, path, body, status, headers or {}, undocumented=undocumented)

    def wait(self, timeout: float = 10.0) -> bool:
        """Waits until no answer is under way and no app is at work; False where `timeout` seconds passed."""
        until = time.monotonic() + timeout
        answered = all(record.wait(max(0.0, until - time.monotonic())) for record in self.requests)
        return self._context.app_errors.wait(max(0.0, until - time.monotonic())) and answered

    def reset(self) -> None:
        """As at the start: the apps that it began with, and no conversation, document, fault, answer, request or finding."""
        self._context.reset(self._first_apps)

    def replace_apps(self, old: Iterable[App], new: Iterable[App]) -> None:
        """Takes apps away and registers others, while requests are served. Ids and conversations stay where names do.

        Raises:
            ValueError, TypeError: a new one is wrong; nothing has changed.
        """
        added = [*new]
        for app in added:
            check_app(app)
        self._context.store.remove(old)
        for app in added:
            self._context.store.add(app)

    def findings(self, *, allow: Collection[FindingKind] = ()) -> list[Finding]:
        """What makes a test wrong that has passed, see `Finding`; without the kinds in `allow`.

        Raises:
            ValueError: `allow` names an unknown kind.
        """
        return findings_in(self._context, allow)

    def verify(self, *, allow: Collection[FindingKind] = ()) -> None:
        """Raises an AssertionError that lists all `findings`; does nothing where there is none."""
        if found := self.findings(allow=allow):
            raise AssertionError(message_of(found))

    def clear_faults(self) -> None:
        """Forgets all faults."""
        self._context.faults.clear()

    def clear_requests(self) -> None:
        """Empties `requests`."""
        self._context.log.clear()

    def conversation(self, conversation_id: str) -> Conversation | None:
        """What the emulator keeps of a conversation, chats of both sides included."""
        return self._context.store.conversation(conversation_id)

    def history(self, user_id: str) -> list[Conversation]:
        """All conversations of a user (OWN-USER-ID, decoded), oldest first; those without a user belong to nobody."""
        return [one for app in self.apps for one in self._context.store.history(app.id, user_id)]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            hint = ""
            if not name.startswith("_"):
                import alli

                if name in alli.__all__:
                    hint = (
                        f". The fixture `alli` hides the package of that name: use `from alli import {name}`, "
                        "or the fixture by its other name, `alli_server`"
                    )
            raise AttributeError(f"Emulator has no attribute {name!r}{hint}")

    def start(self) -> None:
        """Begins to listen; requests are taken as soon as this returns. Does nothing if it already runs."""
        if self._running is None:
            self._running = ServerThread(Service(self._context, self._dispatcher), self._address, self._allowed_hosts)

    def stop(self) -> None:
        """Ends answers under way, closes all connections and waits for the server's end. Twice is fine."""
        if self._running is not None:
            self._running.stop()
            self._running = None
