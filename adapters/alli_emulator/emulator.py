"""The emulator as a user holds it: a real HTTP server in a thread of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from alli_emulator.apps.builtin import builtin_apps
from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.decorator import app as new_app
from alli_emulator.apps.model import App, Handler
from alli_emulator.contract.problems import Violation
from alli_emulator.contract.validation import Contract, load_document
from alli_emulator.faults.fault import Fault, FaultBook
from alli_emulator.faults.fault_json import check_fault
from alli_emulator.http.server_thread import ServerThread
from alli_emulator.http.service import Service
from alli_emulator.requests.exchange import RequestRecord
from alli_emulator.routes.context import Context
from alli_emulator.signatures import takes_arguments_of
from alli_emulator.state.store import Store
from alli_emulator.wire.dialect import CitationCase, Dialect, MessageFormat, Profile, RunShape

__all__ = ["Emulator"]


class Emulator:
    """A local Alli service on a loopback port.

        with Emulator() as alli:
            client = Alli(api_key=alli.api_key, base_url=alli.base_url)

    It may be used again after it was stopped; its apps and conversations stay.

    Args:
        api_key: the one key it accepts; a random one by default.
        host, port: where to listen; port 0 takes a free one.
        builtin: whether the built-in apps are there.
        apps: further apps, made with `alli_emulator.app`.
        pace: seconds between two records of a stream.
        profile, run_shape, message_format, citation_case, echo_user: see `Dialect`.
        document: the OpenAPI document to hold requests and answers against; by default the one in package `alli`.

    Raises:
        OSError: on entering or `start()`: the port is taken.
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        builtin: bool = True,
        apps: Iterable[App] = (),
        pace: float = 0.01,
        profile: Profile = "observed",
        run_shape: RunShape = "responses",
        message_format: MessageFormat = "markdown",
        citation_case: CitationCase = "camel",
        echo_user: bool = False,
        document: Mapping[str, Any] | None = None,
    ) -> None:
        self._address = (host, port)
        self._store = Store()
        self._context = Context(
            store=self._store,
            contract=Contract(load_document() if document is None else document),
            dialect=Dialect(profile, run_shape, message_format, citation_case, echo_user),
            faults=FaultBook(),
            api_key=api_key or f"emulator-{secrets.token_hex(8)}",
            base_url=lambda: self.base_url,
            pace=pace,
        )
        for one in [*(builtin_apps() if builtin else ()), *apps]:
            self._store.add(one)
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
        host, port = self._running.address
        return f"http://{host}:{port}"

    @property
    def apps(self) -> list[App]:
        """All apps as they are now, in the order of the lists."""
        return self._store.apps()

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

    @takes_arguments_of(new_app)
    def app(self, make: Callable[[Handler], App]) -> Callable[[Handler], App]:
        """Registers the decorated function as an app; the name then stands for the `App`, whose `.id` runs it.

        It may be called at any time, also while the emulator runs. `alli_emulator.app` says what each argument is;
        see `App` and `AppRun` for what the function is given and may answer.
        """
        return lambda handler: self._store.add(make(handler))

    @takes_arguments_of(Fault)
    def fault(self, fault: Fault) -> Fault:
        """Spoils the next answers; `Fault` says what each argument does.

        Raises:
            ValueError: an argument is outside what it may be, such as a `cut` of another name.
        """
        self._context.faults.add(check_fault(fault))
        return fault

    def clear_faults(self) -> None:
        """Forgets all faults."""
        self._context.faults.clear()

    def clear_requests(self) -> None:
        """Empties `requests`."""
        self._context.log.clear()

    def conversation(self, conversation_id: str) -> Conversation | None:
        """What the emulator keeps of a conversation, chats of both sides included."""
        return self._store.conversation(conversation_id)

    def history(self, user_id: str) -> list[Conversation]:
        """All conversations of a user (OWN-USER-ID, decoded), oldest first; those without a user belong to nobody."""
        return [one for app in self.apps for one in self._store.history(app.id, user_id)]

    def start(self) -> None:
        """Begins to listen; requests are taken as soon as this returns. Does nothing if it already runs."""
        if self._running is None:
            self._running = ServerThread(Service(self._context), self._address)

    def stop(self) -> None:
        """Ends answers under way, closes all connections and waits for the server's end. Twice is fine."""
        if self._running is not None:
            self._running.stop()
            self._running = None
