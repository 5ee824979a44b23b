"""A run's result as the text a model reads and the artifact an application reads. Pure.

The text is plain, because a list of blocks that one provider takes fails at another. The artifact is JSON alone, because a
checkpointer may change or lose anything else. The answer is in the text alone, so that a program that redacts or stores a
message finds one copy of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from alli import Citation, RunResult

from alli_tools.definition.app_spec import AppSpec
from alli_tools.definition.plain_json import plain
from alli_tools.definition.text import cut, whole

from .conversations import Marks, no_mark
from .offers import Offer, offer_in

__all__ = ["ArtifactDetail", "Outcome", "directory_outcome", "error_outcome", "refusal_outcome", "success_outcome"]

ArtifactDetail = Literal["full", "ids"]
"""`full`: everything beside the text. `ids`: what it takes to go on (app, conversation) and how the call ended, without
words of the app, of its sources or of its errors."""

ARTIFACT_VERSION = 1
_NO_DETAILS: dict[str, object] = {"status_code": None, "code": None, "name": None, "outcome_unknown": False}
_ID_KEYS = ("v", "app", "owner", "conversation_id", "conversation_restarted", "status", "state", "error")
_WORDLESS = ("type", "status_code", "code", "outcome_unknown")  # of an error


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    Attributes:
        text: for the model: plain text.
        artifact: `{"alli": {...}}`, JSON only.
        failed: True when the model must see the call as an error.
        error: the exception behind a failed call, if there is one.
        offer: the choices or the form that the app waits for, if any.
    """

    text: str
    artifact: dict[str, Any]
    failed: bool = False
    error: Exception | None = field(default=None, repr=False)
    offer: Offer | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        state = "failed" if self.failed else "succeeded"
        return f"<Outcome {state}, {len(self.text)} characters>"


@dataclass(frozen=True, slots=True)
class Shown:
    """What an outcome is to look like.

    Attributes:
        limit: the most characters of text.
        detail: of the artifact.
        mark: says whose a conversation is.
        can_reply: whether the tool takes `choices` and `form`.
        for_people: people read the text, so it does not say how to call the tool again.
    """

    limit: int = 20_000
    detail: ArtifactDetail = "full"
    mark: Marks = no_mark
    can_reply: bool = False
    for_people: bool = False


def success_outcome(
    app: AppSpec, result: RunResult, shown: Shown, *, replaced: bool = False, restarted: bool = False
) -> Outcome:
    """The answer, then what the app offers, then its numbered sources, in `shown.limit` characters.

    An answer may be several messages, some of which failed. Where all of them did, the outcome is a failure.
    """
    failures = [message.error for message in result.messages if message.error]
    sources = _numbered(result.citations)
    if failures and not result.text:
        error = {**_NO_DETAILS, "type": "AppError", "message": "; ".join(failures)}
        return error_outcome(
            app, f'The app "{app.name or app.tool_name}" failed: {"; ".join(failures)}', error, result, shown
        )
    notes = "".join(f"\n\n[A part of the answer failed: {failure}]" for failure in failures)
    offer = offer_in(result)
    tail = (
        offer.words(can_reply=shown.can_reply, for_people=shown.for_people) if offer is not None else ""
    ) + _source_lines(sources)
    text, truncated = _fit((result.text or ("" if offer else "(The app gave no text.)")) + notes, tail, shown.limit)
    artifact = _artifact(
        app, result, shown, replaced=replaced, restarted=restarted, truncated=truncated, sources=sources, offer=offer
    )
    return Outcome(text.lstrip("\n"), artifact, offer=offer)


def error_outcome(
    app: AppSpec | None,
    message: str,
    error: Mapping[str, object],
    result: RunResult | None,
    shown: Shown,
    *,
    cause: Exception | None = None,
) -> Outcome:
    """An error the model should read, and what the app had answered before it, if anything."""
    partial = result.text if result is not None else ""
    text, truncated = _fit(f"{message}\n\nThe answer up to there:\n{partial}" if partial else message, "", shown.limit)
    sources = _numbered(result.citations) if result is not None else []
    artifact = _artifact(app, result, shown, error=error, truncated=truncated, sources=sources)
    return Outcome(text, artifact, failed=True, error=cause)


def refusal_outcome(message: str, kind: str, shown: Shown, *, cause: Exception | None = None) -> Outcome:
    """An error of a call that reached no app."""
    return error_outcome(None, message, {**_NO_DETAILS, "type": kind, "message": message}, None, shown, cause=cause)


def directory_outcome(text: str, apps: Sequence[tuple[str, AppSpec]], shown: Shown) -> Outcome:
    """A list of apps, each with the reference by which it can be run."""
    artifact = _artifact(None, None, shown, truncated=False, sources=())
    artifact["alli"]["apps"] = [{"ref": ref, **_app(spec)} for ref, spec in apps]
    return Outcome(text, artifact)


def _app(app: AppSpec) -> dict[str, object]:
    return {"id": app.app_id, "name": app.name, "type": app.type}


def _artifact(
    app: AppSpec | None,
    result: RunResult | None,
    shown: Shown,
    *,
    sources: Sequence[tuple[int, Citation]],
    truncated: bool,
    replaced: bool = False,
    restarted: bool = False,
    error: Mapping[str, object] | None = None,
    offer: Offer | None = None,
) -> dict[str, Any]:
    conversation_id = result.conversation_id if result is not None else None
    alli: dict[str, object] = {
        "v": ARTIFACT_VERSION,
        "app": _app(app) if app is not None else None,
        "owner": shown.mark(conversation_id),
        "conversation_id": conversation_id,
        "conversation_restarted": restarted,
        "status": "error" if error is not None else "success",
        "state": result.state if result is not None else None,
        # Only where the text was cut: nothing else has the rest.
        "text": result.text if result is not None and truncated else None,
        "responses": _responses(result),
        "choices": offer.choices_json() if offer is not None else [],
        "multiple": offer is not None and offer.multiple,
        "form": offer.form_json() if offer is not None else None,
        "citations": [_citation(number, citation) for number, citation in sources],
        "variables": dict(result.variables) if result is not None and result.variables else {},
        "replaced": replaced,
        "truncated": truncated,
        "usage": None,
        "error": dict(error) if error is not None else None,
    }
    if shown.detail == "ids":
        alli = {key: alli[key] for key in _ID_KEYS}
        alli["app"] = {"id": app.app_id} if app is not None else None
        alli["error"] = {key: error.get(key) for key in _WORDLESS} if error is not None else None
    return {"alli": plain(alli)}


def _responses(result: RunResult | None) -> list[dict[str, object]]:
    return [
        {"id": message.id, "type": message.type, "completed": message.completed, "error": message.error}
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
