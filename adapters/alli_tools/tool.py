"""What every tool here can do: say what it is, be called, and be a plain function."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from copy import deepcopy
from typing import Any

from .calls.errors import is_for_the_model, is_outcome_unknown
from .calls.hosts import Host
from .calls.outcomes import Outcome
from .definition.tool_definition import ToolDefinition
from .functions import async_function, function
from .options import ToolOptions

__all__ = ["Tool"]


class Tool(ABC):
    """A tool that any agent can call.

    Attributes:
        name: matches `^[a-z][a-z0-9_]{0,47}$`.
        description: for the model, 1,024 characters at most.
        definition: its arguments and their check.
        options: how it behaves.
    """

    name: str
    description: str
    definition: ToolDefinition
    options: ToolOptions

    @property
    def parameters(self) -> dict[str, Any]:
        """JSON Schema of the arguments, as OpenAI, Anthropic and Gemini take it: closed objects, no defaults."""
        return deepcopy(self.definition.parameters)  # frameworks write into the schema they are given

    def call(self, arguments: Mapping[str, object]) -> Outcome:
        """The outcome of a call. Sends at most one request that runs the app, and none where an argument is missing or wrong.

        Errors that a model can act on, and unknown outcomes, come back as failed outcomes, so that no host repeats a run.

        Raises:
            AlliError: any other error of the service or the network, unless `on_error` is "return_all".
            CallStoppedError: the application stopped the call.
        """
        return self._delivered(self.attempt(arguments, Host()))

    async def acall(self, arguments: Mapping[str, object]) -> Outcome:
        """As `call`, awaited. Cancelling closes the connection."""
        return self._delivered(await self.aattempt(arguments, Host()))

    def as_function(self, host: Callable[[], Host] = Host) -> Callable[..., str]:
        """A function with the tool's name, signature and docstring that gives the text of an outcome.

        Args:
            host: says who calls, for frameworks; called once per call.

        Raises (the function):
            AlliError: as `call`.
        """
        return function(self, lambda arguments: self._delivered(self.attempt(arguments, host())).text)

    def as_async_function(self, host: Callable[[], Host] = Host) -> Callable[..., Coroutine[Any, Any, str]]:
        """As `as_function`: a coroutine function."""

        async def call(arguments: Mapping[str, object]) -> str:
            return self._delivered(await self.aattempt(arguments, host())).text

        return async_function(self, call)

    @abstractmethod
    def attempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """The outcome of the call, whether it succeeds or fails; for frameworks, which decide by `Outcome.error` what to raise."""

    @abstractmethod
    async def aattempt(self, arguments: Mapping[str, object], host: Host, *, checked: bool = False) -> Outcome:
        """As `attempt`, awaited."""

    def __deepcopy__(self, memo: object) -> "Tool":
        """The tool itself: it holds clients with connections, and nothing of it changes."""
        return self

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a tool holds clients with connections and is not pickled; make it where it is used")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def _delivered(self, outcome: Outcome) -> Outcome:
        error = outcome.error
        if error is None or is_outcome_unknown(error) or is_for_the_model(error, self.options.on_error):
            return outcome
        raise error
