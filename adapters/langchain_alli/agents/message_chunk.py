"""A chunk of an answer that may be taken back: the sum of chunks is still the right message."""

from collections.abc import Sequence
from typing import Any, cast

from langchain_core.messages import AIMessageChunk

__all__ = ["AlliMessageChunk"]


class AlliMessageChunk(AIMessageChunk):
    """As LangChain's, and one more thing.

    Attributes:
        replacement: the whole text, where the chunks before said something else; they are void then.
    """

    replacement: str | None = None

    def __add__(self, other: AIMessageChunk | Sequence[AIMessageChunk]) -> "AlliMessageChunk":  # type: ignore[override]  # narrower
        """The sum, as of any chunk; what a later chunk replaces is left out."""
        others = [other] if isinstance(other, AIMessageChunk) else list(other)
        merged = super().__add__(others)
        replacement = self.replacement
        for one in others:
            if isinstance(one, AlliMessageChunk) and one.replacement is not None:
                replacement = one.replacement
            elif replacement is not None:
                replacement += one.text
        update: dict[str, Any] = {"replacement": replacement}
        if replacement is not None:
            update["content"] = replacement
        return cast("AlliMessageChunk", merged.model_copy(update=update))  # the class of the left one
