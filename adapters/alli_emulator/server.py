"""The emulator as a user holds it: a real HTTP server in a thread of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from alli_emulator.apps import App, AppInput, Handler
from alli_emulator.builtin import builtin_apps
from alli_emulator.context import Context
from alli_emulator.conversations import Conversation
from alli_emulator.dialect import Dialect, MessageFormat, Profile, RunShape
from alli_emulator.exchange import RequestRecord
from alli_emulator.faults import Cut, Fault, FaultBook, Framing
from alli_emulator.server_thread import ServerThread
from alli_emulator.service import Service
from alli_emulator.state import Store
from alli_emulator.validation import Contract, Violation, load_document

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
        pace: seconds between two records of a stream.
        profile, run_shape, message_format, echo_user: see `Dialect`.
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
        pace: float = 0.01,
        profile: Profile = "observed",
        run_shape: RunShape = "responses",
        message_format: MessageFormat = "markdown",
        echo_user: bool = False,
        document: Mapping[str, Any] | None = None,
    ) -> None:
        self._address = (host, port)
        self._store = Store()
        self._faults = FaultBook()
        self._context = Context(
            store=self._store,
            contract=Contract(load_document() if document is None else document),
            dialect=Dialect(profile, run_shape, message_format, echo_user),
            faults=self._faults,
            api_key=api_key or f"emulator-{secrets.token_hex(8)}",
            base_url=lambda: self.base_url,
            pace=pace,
        )
        if builtin:
            for app in builtin_apps():
                self._store.add(app)
        self._requests: list[RequestRecord] = []
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
        """All requests so far, also those with a wrong key."""
        return self._requests + (self._running.service.records if self._running else [])

    @property
    def violations(self) -> list[Violation]:
        """Answers of the emulator's own that broke the spec; empty unless the emulator or an app has a defect."""
        return list(self._context.violations)

    @property
    def faults(self) -> list[Fault]:
        """The faults that are set and not used up."""
        return self._faults.pending()

    def app(
        self,
        *,
        name: str,
        type: str = "single_action",
        inputs: Sequence[AppInput] = (),
        description: str | None = None,
        category: str = "GENERAL",
        published: bool = True,
        weight: int = 0,
        placement: str | None = None,
        id: str | None = None,
        user_permission: Mapping[str, object] | None = None,
    ) -> Callable[[Handler], App]:
        """Registers the decorated function as an app; the name then stands for the `App`, whose `.id` runs it.

        It may be called at any time, also while the emulator runs. See `App` and `AppRun` for what the parts mean.
        """

        def register(handler: Handler) -> App:
            return self._store.add(
                App(
                    id=id or self._store.free_id(name),
                    name=name,
                    handler=handler,
                    type=type,
                    description=description,
                    category=category,
                    published=published,
                    weight=weight,
                    placement=placement,
                    inputs=tuple(inputs),
                    user_permission=user_permission,
                )
            )

        return register

    def fault(
        self,
        *,
        method: str | None = None,
        path_contains: str = "",
        times: int | None = 1,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        drop: bool = False,
        delay: float = 0.0,
        write_bytes: int | None = None,
        cut_after: int | None = None,
        cut: Cut = "close",
        stall_after: int | None = None,
        framing: Framing = "lines",
        last_newline: bool = True,
        error_after: int | None = None,
        error_record: object = None,
    ) -> Fault:
        """Spoils the next answers; `Fault` says what each argument does."""
        fault = Fault(
            method=method,
            path_contains=path_contains,
            times=times,
            status=status,
            headers=headers or {},
            body=body,
            drop=drop,
            delay=delay,
            write_bytes=write_bytes,
            cut_after=cut_after,
            cut=cut,
            stall_after=stall_after,
            framing=framing,
            last_newline=last_newline,
            error_after=error_after,
            **({} if error_record is None else {"error_record": error_record}),
        )
        self._faults.add(fault)
        return fault

    def clear_faults(self) -> None:
        """Forgets all faults."""
        self._faults.clear()

    def conversation(self, conversation_id: str) -> Conversation | None:
        """What the emulator keeps of a conversation, chats of both sides included."""
        return self._store.conversation(conversation_id)

    def start(self) -> None:
        """Begins to listen; requests are taken as soon as this returns. Does nothing if it already runs."""
        if self._running is None:
            self._running = ServerThread(Service(self._context), self._address)

    def stop(self) -> None:
        """Ends answers under way, closes all connections and waits for the server's end. Twice is fine."""
        if self._running is not None:
            self._running.stop()
            self._requests += self._running.service.records
            self._running = None
