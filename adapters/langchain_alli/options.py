"""How tools behave in LangChain: the options of `alli_tools`, and what only agents of LangChain have."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from alli_tools import ToolOptions as PlainOptions
from alli_tools import UserResolver

from .calls.channels import ALL_CHANNELS, Channel
from .calls.identity import user_from_context

__all__ = ["Offers", "ToolOptions"]

Offers = Literal["arguments", "text", "interrupt"]
"""What becomes of choices and forms that an app offers. `arguments`: the model reads them and replies by the arguments
`choices` and `form`. `text`: it reads them, and has words alone to reply with. `interrupt`: a LangGraph `interrupt` asks
whoever runs the graph, and the tool goes on with what `Command(resume=...)` says."""


@dataclass(frozen=True, slots=True)
class ToolOptions(PlainOptions):
    """The options of `alli_tools.ToolOptions`, and these.

    Attributes:
        channels: where partial answers are sent.
        user: finds the user a call is made for: `resolver(context)` or `resolver(context, runtime)`. `context` is what
            the application gave as `context=` to the agent, `runtime` LangGraph's, None outside a graph.
        offers: what becomes of choices and forms that an app offers; here also "interrupt".
    """

    channels: Collection[Channel] = ALL_CHANNELS
    user: UserResolver = user_from_context

    def __post_init__(self) -> None:
        """Refuse what can only be a mistake.

        Raises:
            ValueError: names the option.
        """
        PlainOptions.__post_init__(self)
        unknown = set(self.channels) - ALL_CHANNELS
        if unknown:
            raise ValueError(f"channels: must be among {', '.join(sorted(ALL_CHANNELS))}; {len(unknown)} are not")

    @classmethod
    def _offers(cls) -> tuple[str, ...]:
        return get_args(Offers)
