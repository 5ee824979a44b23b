"""A run's result as the text a model reads and the artifact an application reads. Pure.

The text is plain, because a block list that one provider takes fails the next request at another. The artifact is
JSON and nothing else, because a checkpointer gives anything else back as something else, or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alli import Citation, RunResult

from alli_tools.definition.app_spec import AppSpec
from alli_tools.definition.text import cut, whole

from .plain_json import plain

__all__ = ["Outcome", "directory_outcome", "error_outcome", "refusal_outcome", "success_outcome"]

ARTIFACT_VERSION = 1
_NO_DETAILS: dict[str, object] = {"status_code": None, "code": None, "name": None, "outcome_unknown": False}


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
    app: AppSpec, result: RunResult, *, limit: int, replaced: bool = False, restarted: bool = False
) -> Outcome:
    """The answer, then its numbered sources, in `limit` characters; the whole of it in the artifact.

    An answer may be several messages, some of which failed. Where all of them did, the outcome is a failure.
    """
    failures = [message.error for message in result.messages if message.error]
    sources = _numbered(result.citations)
    if failures and not result.text:
        error = {**_NO_DETAILS, "type": "AppError", "message": "; ".join(failures)}
        return error_outcome(
            app, f'The app "{app.name or app.tool_name}" failed: {"; ".join(failures)}', error, result, limit=limit
        )
    notes = "".join(f"\n\n[A part of the answer failed: {failure}]" for failure in failures)
    content, truncated = _fit((result.text or "(The app gave no text.)") + notes, _source_lines(sources), limit)
    return Outcome(
        content, _artifact(app, result, replaced=replaced, restarted=restarted, truncated=truncated, sources=sources)
    )


def error_outcome(
    app: AppSpec, message: str, error: Mapping[str, object], result: RunResult | None, *, limit: int
) -> Outcome:
    """An error the model should read, and what the app had answered before it, if anything."""
    partial = result.text if result is not None else ""
    content = f"{message}\n\nThe answer up to there:\n{partial}" if partial else message
    cut_content, truncated = _fit(content, "", limit)
    sources = _numbered(result.citations) if result is not None else []
    return Outcome(cut_content, _artifact(app, result, error=error, truncated=truncated, sources=sources), failed=True)


def refusal_outcome(message: str, kind: str = "AlliToolError") -> Outcome:
    """An error of a call that came to no app."""
    error = {**_NO_DETAILS, "type": kind, "message": message}
    return Outcome(whole(message), _artifact(None, None, error=error, truncated=False, sources=()), failed=True)


def directory_outcome(text: str, apps: Sequence[tuple[str, AppSpec]]) -> Outcome:
    """A list of apps, each with the reference by which it can be run."""
    artifact = _artifact(None, None, truncated=False, sources=())
    artifact["alli"]["text"] = text
    artifact["alli"]["apps"] = [{"ref": ref, **_app(spec)} for ref, spec in apps]
    return Outcome(text, artifact)


def _app(app: AppSpec) -> dict[str, object]:
    return {"id": app.app_id, "name": app.name, "type": app.type}


def _artifact(
    app: AppSpec | None,
    result: RunResult | None,
    *,
    sources: Sequence[tuple[int, Citation]],
    truncated: bool,
    replaced: bool = False,
    restarted: bool = False,
    error: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    alli: dict[str, object] = {
        "v": ARTIFACT_VERSION,
        "app": _app(app) if app is not None else None,
        "conversation_id": result.conversation_id if result is not None else None,
        "conversation_restarted": restarted,
        "status": "error" if error is not None else "success",
        "state": result.state if result is not None else None,
        "text": result.text if result is not None else "",
        "responses": _responses(result),
        "citations": [_citation(number, citation) for number, citation in sources],
        "variables": dict(result.variables) if result is not None and result.variables else {},
        "replaced": replaced,
        "truncated": truncated,
        "usage": None,
        "error": dict(error) if error is not None else None,
    }
    return {"alli": plain(alli)}


def _responses(result: RunResult | None) -> list[dict[str, object]]:
    return [
        {
            "id": message.id,
            "type": message.type,
            "text": message.text,
            "completed": message.completed,
            "error": message.error,
        }
        for message in (result.messages if result is not None else ())
    ]


def _citation(number: int, citation: Citation) -> dict[str, object]:
    return {
        "n": number,
        "source": citation.source,
        "title": citation.title,
        "url": citation.url,
        "page": citation.page,
        "clue_id": citation.clue_id,
        "text": citation.text,
    }


def _numbered(citations: Iterable[Citation]) -> list[tuple[int, Citation]]:
    """Each citation with the number of its source: two passages of one page are one source."""
    numbers: dict[tuple[str | None, str | None, int | None], int] = {}
    numbered: list[tuple[int, Citation]] = []
    for citation in citations:
        place = (citation.title, citation.url, citation.page)
        numbered.append((numbers.setdefault(place, len(numbers) + 1), citation))
    return numbered


def _source_lines(sources: Sequence[tuple[int, Citation]]) -> str:
    lines: dict[int, str] = {}
    for number, citation in sources:
        lines.setdefault(number, f"[{number}] {_source_line(citation)}")
    return "\n\nSources:\n" + "\n".join(lines.values()) if lines else ""


def _source_line(citation: Citation) -> str:
    parts = [citation.title or citation.url or citation.source or "untitled"]
    if citation.page is not None:
        parts.append(f"page {citation.page}")
    if citation.url and citation.title:
        parts.append(citation.url)
    return ", ".join(parts)


def _fit(answer: str, sources: str, limit: int) -> tuple[str, bool]:
    """Answer and sources in `limit` characters. The answer is cut first, as its sources tell where it came from."""
    answer, sources = whole(answer), whole(sources)
    if len(answer) + len(sources) <= limit:
        return answer + sources, False
    mark = f"\n[cut here: {len(answer)} characters in all; the application has the whole text]"
    room = limit - len(sources)
    if room < limit // 2:
        return cut(answer + sources, limit, mark), True
    return cut(answer, room, mark) + sources, True
