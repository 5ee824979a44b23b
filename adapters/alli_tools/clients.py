"""The clients that tools share: those the application gave, or both from the environment where it gave none."""

import threading
import weakref
from typing import Any

from alli import Alli, AsyncAlli, ConfigurationError

from .calls.driving import BLOCKING, Way

__all__ = ["Clients"]


class Clients:
    """A sync and an async client. With neither given, each is made from the environment when first needed.

    Clients made here are closed with the last tool that shares them, or earlier by `close` or `aclose`.

    With one given, the other is never made up: it might speak to another project, or for another user.
    """

    def __init__(self, client: Alli | None = None, async_client: AsyncAlli | None = None) -> None:
        """As the application gave them.

        Raises:
            ConfigurationError: one is of another class, such as the async one in the place of the sync one.
        """
        for name, given, wanted in (("client", client, Alli), ("async_client", async_client, AsyncAlli)):
            if given is not None and not isinstance(given, wanted):
                raise ConfigurationError(f"{name}: must be of the class {wanted.__name__}, not {type(given).__name__}")
        self.given = (client, async_client)
        self._from_environment = client is None and async_client is None
        self._client = client
        self._async_client = async_client
        self._lock = threading.Lock()

    def blocking(self) -> Alli:
        """The client for synchronous calls.

        Raises:
            ConfigurationError: only the async client was given, or the environment lacks ALLI_API_KEY.
        """
        with self._lock:
            if self._client is None:
                if not self._from_environment:
                    raise ConfigurationError(
                        "this call is synchronous and only async_client was given; pass client=Alli() as well, "
                        "or call asynchronously"
                    )
                self._client = Alli()
                # The application never sees this client; AsyncAlli closes with its event loop.
                weakref.finalize(self, self._client.close)
            return self._client

    def awaiting(self) -> AsyncAlli:
        """The client for asynchronous calls.

        Raises:
            ConfigurationError: only the sync client was given, or the environment lacks ALLI_API_KEY.
        """
        with self._lock:
            if self._async_client is None:
                if not self._from_environment:
                    raise ConfigurationError(
                        "this call is asynchronous and only client was given; pass async_client=AsyncAlli() as well, "
                        "or call synchronously"
                    )
                self._async_client = AsyncAlli()
            return self._async_client

    def of(self, way: Way) -> Any:
        """The client for calls that wait in this way. Raises as `blocking` and `awaiting` do."""
        return self.blocking() if way is BLOCKING else self.awaiting()

    def close(self) -> None:
        """Close the sync client if it was made here; one that was given stays open."""
        if self._from_environment and self._client is not None:
            self._client.close()

    async def aclose(self) -> None:
        """Close both clients if they were made here; those that were given stay open."""
        self.close()
        if self._from_environment and self._async_client is not None:
            await self._async_client.aclose()
