"""Takes new documents of the vendor's into the spec, so that version control shows the change and no more.

The spec is changed in place: order of keys, comments and style stay wherever the text around them stays. What two of the new documents
say differently is refused; where they differ from the spec, they are newer, and win. What they don't mention stays. So does, unless
asked otherwise, how calls are authenticated: pages list schemes that others of them don't, or that they don't define.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from generator.document import schemas, validation
from generator.document.files import Document, load, shown
from generator.document.json_types import is_array, is_object, object_at
from generator.document.problems import GenerationFailed, JsonPath, Place, Problem
from generator.intake import round_trip
from generator.intake.pages import Source, read_sources
from generator.intake.round_trip import LISTS_BY_KEY
from generator.output import replace_tree

__all__ = ["Merged", "merge", "write"]


@dataclass(frozen=True)
class Merged:
    """What a merge did.

    Attributes:
        changed: The parts that changed, one line each; none if the spec says all of that already, and is left alone.
        warnings: What was not taken, and what nothing refers to since.
    """

    changed: list[str]
    warnings: list[str]


def merge(files: list[Path], spec: Path, *, security: bool = False) -> Merged:
    """Merge documents into the spec.

    Args:
        files: OpenAPI documents as JSON or YAML, or pages saved as Markdown.
        spec: The YAML file to change.
        security: Whether `security` and the security schemes are taken as well.

    Raises:
        GenerationFailed: something is wrong with a file, or two of them conflict; the spec is as it was.
    """
    replace_tree.check_folder(spec.parent)
    old = load(spec)
    sources = read_sources(files)
    warnings = [
        str(problem.at(source.place_of(problem.path or ())))
        for source in sources
        for problem in validation.drop_required_flags(source.data)
    ]
    parts = _collect(sources)
    if not security:
        warnings += _keep_security(parts, old)
    if any(path[0] == "paths" and path not in parts for path, _ in _parts(old.data)):
        warnings += _keep_shared(parts, old)
    warnings += _gone(parts, old)
    target: Any = round_trip.load(spec.read_text("utf-8"))
    changed: list[str] = []
    for path, (value, _) in parts.items():
        before: Any = _at(old.data, path)
        if before == value:
            continue
        changed.append(f"{_name(path)}: {'new' if before is None else 'changed'}")
        round_trip.put(target, path, value)
    if not changed:
        return Merged([], warnings)
    text = round_trip.dumped(target)
    written = _check(text, spec, parts)
    write(text, spec)
    warnings += [
        f"warning: nothing refers to components.{section}.{name} now; take it out unless the overlay uses it"
        for section, name in sorted(_unused(written.data) - _unused(old.data))
    ]
    return Merged(changed, warnings)


def _collect(sources: list[Source]) -> dict[JsonPath, tuple[Any, Source]]:
    """The parts that are merged as wholes, equal ones once, each with where it was first."""
    parts: dict[JsonPath, tuple[Any, Source]] = {}
    problems: list[Problem] = []
    for source in sources:
        for path, value in _parts(source.data):
            if path not in parts:
                parts[path] = (value, source)
            elif parts[path][0] != value:
                message = f"{_name(path)} is not what {parts[path][1]} says; keep the right one of the two"
                problems.append(Problem(message if not source.title else f"({source.title}) {message}", source.place))
    if problems:
        raise GenerationFailed(problems)
    return parts


def _keep_security(parts: dict[JsonPath, tuple[Any, Source]], old: Document) -> list[str]:
    """Makes the parts say of security what the spec says; a warning for each that says something else."""
    warnings: list[str] = []
    for path, (value, source) in list(parts.items()):
        before = _at(old.data, path)
        if path == ("security",) or path[:2] == ("components", "securitySchemes"):
            del parts[path]
            differs = before != value
        elif path[0] == "paths" and is_object(value):
            kept = before.get("security") if is_object(before) else None
            differs = value.get("security") != kept and "security" in value
            if value.get("security") != kept:
                rest = {key: inner for key, inner in value.items() if key != "security"}
                parts[path] = ({**rest, "security": kept} if kept is not None else rest, source)
        else:
            continue
        if differs:
            what = _name(path) if path[0] != "paths" else f"security of {_name(path)}"
            warnings.append(f"{source.place}: warning: {what} is not taken; with --security it is")
    return warnings


def _keep_shared(parts: dict[JsonPath, tuple[Any, Source]], old: Document) -> list[str]:
    """Makes a document of some of the operations, such as one page, say of what all share what the spec says.

    Its `info` names itself, and it may repeat a component without the words that others have for it. A warning for each `info` that is not taken.
    """
    warnings: list[str] = []
    for path, (value, source) in list(parts.items()):
        before: Any = _at(old.data, path)
        if path[0] == "info" and before is not None:
            del parts[path]
            if value != before:
                message = f"warning: {_name(path)} is not taken from a document of some of the operations"
                warnings.append(f"{source.place}: {message}")
        elif path[0] == "components":
            parts[path] = (_with_words(value, before), source)
    return warnings


def _gone(parts: dict[JsonPath, tuple[Any, Source]], old: Document) -> list[str]:
    """A warning for each operation that a whole document doesn't have any more. One of less than half of the operations is taken for pages."""
    known = [path for path, _ in schemas.operations(old.data)]
    missing = [path for path in known if path not in parts]
    if 2 * len(missing) >= len(known):
        return []
    return [
        f"warning: {_name(path)} is not in the new document, and stays in the spec; if the vendor has removed it, "
        "take it out by hand, there and in the overlay"
        for path in missing
    ]


def _with_words(value: Any, before: Any) -> Any:
    """A value with the descriptions of what stood there before, where it has none itself."""
    if not is_object(value) or not is_object(before) or "$ref" in value:
        return value
    kept = {key: _with_words(inner, before.get(key)) for key, inner in value.items()}
    words = before.get("description")
    return {"description": words, **kept} if isinstance(words, str) and "description" not in value else kept


def _unused(data: dict[str, Any]) -> set[tuple[str, str]]:
    """Section and name of the components that nothing outside them leads to."""
    there = {
        (section, name): entry
        for section, entries in object_at(data, "components").items()
        for name, entry in (object_at(entries).items() if section != "securitySchemes" else ())
    }
    reached: set[tuple[str, str]] = set()
    waiting: list[Any] = [{key: value for key, value in data.items() if key != "components"}]
    while waiting:
        for node in schemas.objects(waiting.pop()):
            reference = node.get("$ref")
            keys = schemas.followed(unquote(reference)) if isinstance(reference, str) else ()
            if len(keys) >= 3 and keys[0] == "components" and (place := (str(keys[1]), str(keys[2]))) not in reached:
                reached.add(place)
                waiting.append(there.get(place))
    return there.keys() - reached


def _parts(data: dict[str, Any]) -> Iterator[tuple[JsonPath, Any]]:
    for key, value in data.items():
        match key:
            case "openapi":
                pass
            case "paths" | "components" if is_object(value):
                for outer, entries in value.items():
                    for inner, entry in object_at(entries).items():
                        yield (key, outer, inner), entry
            case "info" if is_object(value):
                yield from (((key, word), text) for word, text in value.items())
            case "tags" | "servers" if is_array(value):
                for entry in value:
                    if is_object(entry) and isinstance(label := entry.get(LISTS_BY_KEY[key]), str):
                        yield (key, label), entry
            case _:
                yield (key,), value


def _at(data: Any, path: JsonPath) -> Any:
    """What stands at a part's path; None if nothing."""
    if len(path) == 2 and path[0] in LISTS_BY_KEY:
        items: list[dict[str, Any]] = data.get(path[0]) or []
        return next((entry for entry in items if entry.get(LISTS_BY_KEY[str(path[0])]) == path[1]), None)
    node: Any = data
    for key in path:
        node = node.get(str(key)) if is_object(node) else None
    return node


def _name(path: JsonPath) -> str:
    is_operation = path[0] == "paths" and len(path) == 3 and path[2] in schemas.METHODS
    return schemas.called(path) if is_operation else ".".join(map(str, path))


def _check(text: str, spec: Path, parts: dict[JsonPath, tuple[Any, Source]]) -> Document:
    """Does the text say what was meant, and does every reference lead somewhere? The result is what the text says."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / spec.name
        file.write_text(text, encoding="utf-8")
        written = load(file)
    lost = [_name(path) for path, (value, _) in parts.items() if _at(written.data, path) != value]
    problems = [Problem(f"{name} could not be written as it is", Place(shown(spec))) for name in lost]
    understood = written.copy()
    schemas.normalize(understood)
    dangling = [*validation.references(understood), *validation.undefined_schemes(written)]
    problems += [Problem(p.message, _origin(p.path or (), parts, spec)) for p in dangling]
    if problems:
        raise GenerationFailed(problems)
    return written


def _origin(path: JsonPath, parts: dict[JsonPath, tuple[Any, Source]], spec: Path) -> Place:
    return next((source.place for part, (_, source) in parts.items() if path[: len(part)] == part), Place(shown(spec)))


def write(text: str, spec: Path) -> None:
    """Write a file in one step: it is the old one or the new one, never half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{spec.name}-", dir=spec.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(spec.stat().st_mode & 0o777 if spec.exists() else 0o644)
        Path(name).replace(spec)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
