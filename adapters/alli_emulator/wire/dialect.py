"""Where the service's pages, and what was seen of it, contradict each other: which of the two the emulator speaks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, cast, get_args, get_type_hints

__all__ = ["CitationCase", "Dialect", "Envelope", "MessageFormat", "Profile", "RunShape"]

Profile = Literal["observed", "documented"]
"""Error answers: as seen on the service in June 2026, or as its pages print them."""

RunShape = Literal["responses", "choices"]
"""Key of the answers in a run's result: the present one, or the one of the older page."""

MessageFormat = Literal["markdown", "draftjs"]
"""A message as plain Markdown, or as a JSON string that holds DraftJS raw content."""

CitationCase = Literal["camel", "snake"]
"""Keys of a citation: as the pages of runs spell them (`clueId`), or as other operations were seen to (`clue_id`)."""


Envelope = Literal["documented", "bare", "result"]
"""JSON answers as their pages show them; or all without the envelope `result`; or all in it. Streams and errors stay as they are."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """All such switches. `echo_user` puts the user's own message into the answers of a run, as the service may."""

    profile: Profile = "observed"
    run_shape: RunShape = "responses"
    message_format: MessageFormat = "markdown"
    citation_case: CitationCase = "camel"
    echo_user: bool = False
    envelope: Envelope = "documented"

    def __post_init__(self) -> None:
        hints = get_type_hints(Dialect)
        for option in fields(self):
            allowed = get_args(hints[option.name])
            if allowed and getattr(self, option.name) not in allowed:
                raise ValueError(f"Emulator: {option.name} must be one of {', '.join(allowed)}")

    def enveloped(self, body: object) -> object:
        """A whole answer in the envelope of this dialect. One that reports an error beside its result keeps its form."""
        if self.envelope == "bare":
            return _bare(body)
        if self.envelope == "result" and _bare(body) is body and not _names_of(body) & {"result", "error", "errors"}:
            return {"result": body}
        return body


def _names_of(body: object) -> set[str]:
    return set(cast("dict[str, object]", body)) if isinstance(body, dict) else set()


def _bare(body: object) -> object:
    if isinstance(body, list):
        items = cast("list[object]", body)
        return [_bare(one) for one in items] if any(map(_is_envelope, items)) else items
    return cast("dict[str, object]", body)["result"] if _is_envelope(body) else body


def _is_envelope(body: object) -> bool:
    return _names_of(body) == {"result"}
