"""Recorded exchanges as files: one JSON file each, in a folder, to be read and reviewed by people.

    0001-POST-run_app.json
    {
      "format": 1,
      "operation": "run_app",
      "request": {"method": "POST", "path": "/webapi/apps/…/run", "query": [], "user_id": null, "json": {"inputs": {…}}},
      "answer": {"status": 200, "headers": {…}, "pause": 0.41, "chunks": [{"pause": 0.08, "text": "…"}], "cut": false}
    }

Pauses are seconds: before the headers, and before each piece of the body. The API key is in no file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from alli_emulator.requests.record import FormPart

__all__ = ["RecordedAnswer", "RecordedExchange", "RecordedRequest", "RecordingError", "read_folder", "write_exchange"]

FORMAT = 1


class RecordingError(Exception):
    """A folder holds no recordings, or a file in it can't be read; the message names it."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """What of a request decides on its answer. Two are the same request where these are equal.

    Attributes:
        path: decoded.
        query: the decoded pairs, sorted.
        user_id: OWN-USER-ID, decoded.
        json: the body, where it is JSON.
        text: the body in any other text, base64 of it if it is not text.
        parts: of a form: name, file name, and the text or the SHA-256 of the file.
    """

    method: str
    path: str
    query: Sequence[Sequence[str]] = ()
    user_id: str | None = None
    json: Any = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    parts: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    def differences(self, other: RecordedRequest) -> list[str]:
        """What differs, by name and without the values; a field of a JSON object by its own name."""
        found: list[str] = []
        for name in ("method", "path", "user_id", "text"):
            if getattr(self, name) != getattr(other, name):
                found.append(name)
        for name in ("query", "parts"):
            if [*getattr(self, name)] != [*getattr(other, name)]:
                found.append(name)
        return found + _json_differences("json", self.json, other.json)


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """How the service answered.

    Attributes:
        pause: seconds until the headers.
        chunks: seconds before each piece of the body, and the piece.
        cut: the connection broke before the answer was complete.
    """

    status: int
    headers: Mapping[str, str]
    pause: float
    chunks: Sequence[tuple[float, bytes]] = field(default=(), repr=False)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class RecordedExchange:
    """One request and its answer."""

    request: RecordedRequest
    answer: RecordedAnswer
    operation: str | None = None


def part_of(part: FormPart, content: bytes) -> dict[str, Any]:
    """A part of a form as it is kept: of a file only a hash, since it is compared and not read."""
    if part.text is not None:
        return {"name": part.name, "text": part.text}
    return {"name": part.name, "filename": part.filename, "sha256": hashlib.sha256(content).hexdigest()}


def write_exchange(folder: Path, number: int, exchange: RecordedExchange) -> Path:
    """Writes an exchange as the file of this number, and gives its path."""
    request = {name: value for name, value in asdict(exchange.request).items() if value not in (None, (), [])}
    answer = exchange.answer
    told = {
        "format": FORMAT,
        "operation": exchange.operation,
        "request": request,
        "answer": {
            "status": answer.status,
            "headers": dict(answer.headers),
            "pause": round(answer.pause, 4),
            "chunks": [{"pause": round(pause, 4), **_shown(data)} for pause, data in answer.chunks],
            "cut": answer.cut,
        },
    }
    name = exchange.operation or re.sub(r"\W+", "-", exchange.request.path).strip("-")[:40] or "root"
    path = folder / f"{number:04}-{exchange.request.method}-{name}.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", errors="backslashreplace")
    return path


def read_folder(folder: Path) -> list[RecordedExchange]:
    """All exchanges of a folder, in the order of their files' names.

    Raises:
        RecordingError: there is no such folder, it has no recordings, or one can't be read.
    """
    if not folder.is_dir():
        raise RecordingError(f"{folder}: no such folder; `python -m alli_emulator record --out {folder}` makes one")
    files = sorted(folder.glob("*.json"))
    if not files:
        raise RecordingError(
            f"{folder}: no recordings in it; `python -m alli_emulator record --out {folder}` makes some"
        )
    return [_read(path) for path in files]


def _read(path: Path) -> RecordedExchange:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise RecordingError(f"{path}: format {told['format']} is not {FORMAT}; record it again")
        answer = told["answer"]
        return RecordedExchange(
            RecordedRequest(**told["request"]),
            RecordedAnswer(
                status=int(answer["status"]),
                headers={str(name): str(value) for name, value in answer["headers"].items()},
                pause=float(answer["pause"]),
                chunks=[(float(one["pause"]), _bytes_of(one)) for one in answer["chunks"]],
                cut=bool(answer["cut"]),
            ),
            told["operation"],
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RecordingError(f"{path}: not a recording ({type(error).__name__}: {error})") from error


def _shown(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _bytes_of(chunk: Mapping[str, str]) -> bytes:
    return chunk["text"].encode() if "text" in chunk else base64.b64decode(chunk["base64"])


def _json_differences(name: str, one: object, other: object) -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        mine, theirs = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
        keys = dict.fromkeys([*mine, *theirs])
        return [
            found
            for key in keys
            for found in (
                _json_differences(f"{name}.{key}", mine[key], theirs[key])
                if key in mine and key in theirs
                else [f"{name}.{key}"]
            )
        ]
    same = one == other and isinstance(one, bool) == isinstance(other, bool)
    return [] if same else [name]
