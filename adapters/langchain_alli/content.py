"""A run's result as the text a model reads and the artifact an application reads. Pure.

The text is plain, because a block list that one provider takes fails the next request at another. The artifact is
JSON and nothing else, because a checkpointer gives anything else back as something else, or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import PydanticSerializationError, to_jsonable_python

from .spec import AppSpec
from .text import cut, told

if TYPE_CHECKING:
    from alli import RunResult

__all__ = ["Outcome", "error_outcome", "success_outcome"]

ARTIFACT_VERSION = 1


class _CitationLike(Protocol):
    @property
    def source(self) -> object: ...
    @property
    def title(self) -> object: ...
    @property
    def url(self) -> object: ...
    @property
    def page(self) -> object: ...
    @property
    def clue_id(self) -> object: ...
    @property
    def text(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool call came to.

    Attributes:
        content: for the model: plain text.
        artifact: `{"alli": {...}}`, JSON only.
        failed: True when the model must see the call as an error.
    """

    content: str
    artifact: dict[str, Any]
    failed: bool = False


def success_outcome(
    app: AppSpec, result: "RunResult", *, limit: int, replaced: bool = False, restarted: bool = False
) -> Outcome:
    """The answer, then its numbered sources, in `limit` characters; the whole of it in the artifact."""
    answer = result.text or "(The app gave no text.)"
    sources = _numbered(result.citations)
    content, truncated = _fit(answer, _source_lines(sources), limit)
    return Outcome(
        content, _artifact(app, result, replaced=replaced, restarted=restarted, truncated=truncated, sources=sources)
    )


def error_outcome(
    app: AppSpec, message: str, error: Mapping[str, object], result: "RunResult | None", *, limit: int
) -> Outcome:
    """An error the model should read, and what the app had answered before it, if anything."""
    partial = result.text if result is not None else ""
    content = f"{message}\n\nThe answer up to there:\n{partial}" if partial else message
    cut_content, truncated = _fit(content, "", limit)
    sources = _numbered(result.citations) if result is not None else []
    return Outcome(cut_content, _artifact(app, result, error=error, truncated=truncated, sources=sources), failed=True)


def _artifact(
    app: AppSpec,
    result: "RunResult | None",
    *,
    sources: Sequence[tuple[int, _CitationLike]],
    truncated: bool,
    replaced: bool = False,
    restarted: bool = False,
    error: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    alli: dict[str, object] = {
        "v": ARTIFACT_VERSION,
        "app": {"id": app.app_id, "name": app.name, "type": app.type},
        "conversation_id": told(result.conversation_id) or None if result is not None else None,
        "conversation_restarted": restarted,
        "status": "error" if error is not None else "success",
        "state": told(result.state) or None if result is not None else None,
        "text": result.text if result is not None else "",
        "responses": _responses(result),
        "citations": [_citation(number, citation) for number, citation in sources],
        "variables": _json(result.variables) if result is not None and result.variables else {},
        "replaced": replaced,
        "truncated": truncated,
        "usage": None,
        "error": dict(error) if error is not None else None,
    }
    return {"alli": alli}


def _responses(result: "RunResult | None") -> list[dict[str, object]]:
    return [
        {
            "id": told(message.id) or None,
            "type": told(message.type) or None,
            "text": message.text,
            "completed": message.completed if isinstance(message.completed, bool) else None,
            "error": _json(message.error),
        }
        for message in (result.messages if result is not None else ())
    ]


def _citation(number: int, citation: _CitationLike) -> dict[str, object]:
    return {
        "n": number,
        "source": _scalar(citation.source),
        "title": _scalar(citation.title),
        "url": _scalar(citation.url),
        "page": _scalar(citation.page),
        "clue_id": _scalar(citation.clue_id),
        "text": _scalar(citation.text),
    }


def _numbered(citations: Iterable[_CitationLike]) -> list[tuple[int, _CitationLike]]:
    """Each citation with the number of its source: two passages of one page are one source."""
    numbers: dict[tuple[object, object, object], int] = {}
    numbered: list[tuple[int, _CitationLike]] = []
    for citation in citations:
        place = (_scalar(citation.title), _scalar(citation.url), _scalar(citation.page))
        numbered.append((numbers.setdefault(place, len(numbers) + 1), citation))
    return numbered


def _source_lines(sources: Sequence[tuple[int, _CitationLike]]) -> str:
    lines: dict[int, str] = {}
    for number, citation in sources:
        lines.setdefault(number, f"[{number}] {_source_line(citation)}")
    return "\n\nSources:\n" + "\n".join(lines.values()) if lines else ""


def _source_line(citation: _CitationLike) -> str:
    title, url, page = (_scalar(part) for part in (citation.title, citation.url, citation.page))
    parts = [str(title or url or _scalar(citation.source) or "untitled")]
    if page is not None:
        parts.append(f"page {page}")
    if url and title:
        parts.append(str(url))
    return ", ".join(parts)


def _fit(answer: str, sources: str, limit: int) -> tuple[str, bool]:
    """Answer and sources in `limit` characters. The answer is cut first, as its sources tell where it came from."""
    whole = answer + sources
    if len(whole) <= limit:
        return whole, False
    mark = f"\n[cut here: {len(answer)} characters in all; the application has the whole text]"
    room = limit - len(sources)
    if room < limit // 2:
        return cut(whole, limit, mark), True
    return cut(answer, room, mark) + sources, True


def _scalar(value: object) -> str | int | float | None:
    """A scalar as it is; anything else, such as an absent field, as None."""
    return value if isinstance(value, str | int | float) else None


def _json(value: object) -> object:
    """`value` as JSON; what is no JSON, such as an absent field, is None."""
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError:
        return None
