"""How tools behave, in one object that is passed whole."""

from collections.abc import Collection
from dataclasses import dataclass

from .arguments import FileResolver, refuse_files
from .context import UserResolver, user_from_context
from .conversations import ConversationPolicy
from .errors import OnError
from .progress import ALL_CHANNELS, Channel

__all__ = ["ToolOptions"]

_SMALLEST_CONTENT = 200  # characters: room for a cut mark and something before it


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """How tools behave; the defaults suit an agent that serves people.

    Attributes:
        max_content_chars: the most characters a model is given of one answer, at least 200. What is cut off is
            marked, and whole in the artifact.
        streaming: run apps as streams and send partial answers to `channels`. False asks for whole answers.
        channels: where partial answers are sent.
        conversation: whether a conversational app goes on with its conversation of the thread.
        user: finds the user a call is made for in the agent's `context=`.
        files: finds the document a model names by a handle. Without one, document inputs are no arguments, and an
            app that has others still takes those.
        on_error: which errors come back to the model and which are raised.
    """

    max_content_chars: int = 20_000
    streaming: bool = True
    channels: Collection[Channel] = ALL_CHANNELS
    conversation: ConversationPolicy = "thread"
    user: UserResolver = user_from_context
    files: FileResolver = refuse_files
    on_error: OnError = "return_actionable"

    def __post_init__(self) -> None:
        """Refuse what can only be a mistake.

        Raises:
            ValueError: names the option.
        """
        if self.max_content_chars < _SMALLEST_CONTENT:
            raise ValueError(f"max_content_chars: must be {_SMALLEST_CONTENT} or more, not {self.max_content_chars}")
        unknown = set(self.channels) - ALL_CHANNELS
        if unknown:
            raise ValueError(f"channels: must be among {', '.join(sorted(ALL_CHANNELS))}; {len(unknown)} are not")

    @property
    def takes_documents(self) -> bool:
        """Has the application given a resolver for documents?"""
        return self.files is not refuse_files
