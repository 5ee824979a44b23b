"""What changed for users between two surfaces, and which of it breaks their code.

Breaking is what makes a program fail, or a type checker complain, that was right before: a name gone, a parameter newly
required, of a narrower type or with stricter limits, a result or a received field of a wider type. A value that the service
no longer takes breaks the programs that send it. What it may answer is open: another list of values there breaks nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from generator.changes.surface import MethodSurface, ModelSurface, ParameterSurface, Surface
from generator.changes.types import compare_types
from generator.document.did_you_mean import likeness, nearest
from generator.model.constraints import compare_constraints, deprecation_changes

__all__ = ["Change", "as_json", "as_markdown", "compare"]

ALIKE = 0.6
"""Likeness of two names from which on one is taken for the other's new name."""


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        name: What changed, as a user writes it: `client.apps.list(page_size)`, `App.category`.
        text: How.
        breaking: Whether code that was right may fail.
    """

    name: str
    text: str
    breaking: bool


def compare(old: Surface, new: Surface) -> list[Change]:
    """All changes, breaking ones first, each group by name."""
    changes = [
        *_methods(old.methods, new.methods),
        *_models(old.models, new.models),
        *_enums(old, new),
        *(
            Change(f"{name}()", "has a name made of its path: the overlay has no x-alli-sdk block for it", False)
            for name in new.derived - old.derived
        ),
    ]
    return sorted(changes, key=lambda change: (not change.breaking, change.name, change.text))


def as_markdown(changes: list[Change]) -> str:
    """The page for a changelog."""
    if not changes:
        return "Nothing changed for users.\n"
    blocks: list[str] = []
    for title, breaking in (("## ⚠️ Breaking", True), ("## Other changes", False)):
        lines = [f"- `{change.name}`: {change.text}" for change in changes if change.breaking is breaking]
        if lines:
            blocks.append("\n".join([title, "", *lines, ""]))
    return "\n".join(blocks)


def as_json(changes: list[Change]) -> str:
    """The same for programs: a list of objects with name, text and breaking."""
    return json.dumps([asdict(change) for change in changes], indent=2, ensure_ascii=False) + "\n"


def _methods(old: Mapping[str, MethodSurface], new: Mapping[str, MethodSurface]) -> Iterator[Change]:
    renamed = _renamed(
        {n: (m.returns, m.parameters) for n, m in old.items()}, {n: (m.returns, m.parameters) for n, m in new.items()}
    )
    yield from _names(old, new, "()", renamed)
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        if before.returns != after.returns:
            yield Change(f"{name}()", f"gives {_code(after.returns)}, was {_code(before.returns)}", True)
        for option in sorted(after.needs - before.needs):
            yield Change(f"{name}()", f"needs {_code(option)}, which the client must be given", True)
        for text in deprecation_changes(before.sunset, after.sunset):
            yield Change(f"{name}()", text, False)
        yield from _parameters(name, before.parameters, after.parameters)


def _parameters(
    method: str, before: Mapping[str, ParameterSurface], after: Mapping[str, ParameterSurface]
) -> Iterator[Change]:
    renamed = _renamed(before, after)
    for name in before.keys() - after.keys():
        text = f"renamed to {_code(renamed[name])}" if name in renamed else "gone"
        yield Change(f"{method}({name})", text, True)
    for name in after.keys() - before.keys() - set(renamed.values()):
        needed = after[name].required
        yield Change(f"{method}({name})", "new, and must be given" if needed else "new", needed)
    for name in before.keys() & after.keys():
        yield from _parameter(f"{method}({name})", before[name], after[name])


def _renamed(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, str]:
    """What was called one thing and is called another, by its old name: equal but for the name, and the names are alike."""
    gone = sorted(old.keys() - new.keys())
    found: dict[str, str] = {}
    for name in gone:
        same = sorted(other for other in new.keys() - old.keys() - set(found.values()) if new[other] == old[name])
        best = nearest(name, same)
        if best and (likeness(name, best) >= ALIKE or _is_known_by_more(old[name], len(same))):
            found[name] = best
    return found


def _is_known_by_more(item: object, equals: int) -> bool:
    """Whether what is equal must be the same thing, whatever it is called: a parameter at its place, the one model with such fields."""
    if isinstance(item, ParameterSurface):
        return item.position is not None
    return isinstance(item, ModelSurface) and equals == 1 and len(item.fields) > 1


def _parameter(name: str, before: ParameterSurface, after: ParameterSurface) -> Iterator[Change]:
    if after.required and not before.required:
        yield Change(name, "must now be given", True)
    if before.required and not after.required:
        yield Change(name, "may now be left out", False)
    kind = compare_types(before.type, after.type)
    if kind:
        yield Change(name, _type_change(before.annotation, after.annotation, kind), kind != "wider")
    for text, stricter in compare_constraints(before.constraints, after.constraints):
        yield Change(name, text, stricter)
    if before.position != after.position and before.position is not None:
        text = "no longer by position" if after.position is None else f"now argument {after.position + 1}"
        yield Change(name, f"{text}, was argument {before.position + 1}", True)


def _models(old: Mapping[str, ModelSurface], new: Mapping[str, ModelSurface]) -> Iterator[Change]:
    renamed = _renamed(old, new)
    yield from _names(old, new, "", renamed)
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        fields = _renamed(before.fields, after.fields)
        for field in before.fields.keys() - after.fields.keys():
            text = f"renamed to {_code(fields[field])}" if field in fields else "gone"
            yield Change(f"{name}.{field}", text, True)
        for field in after.fields.keys() - before.fields.keys() - set(fields.values()):
            needed = after.fields[field].required and before.sent
            yield Change(f"{name}.{field}", "new, and must be given" if needed else "new", needed)
        for field in before.fields.keys() & after.fields.keys():
            yield from _field(f"{name}.{field}", field, before, after)


def _field(where: str, field: str, before: ModelSurface, after: ModelSurface) -> Iterator[Change]:
    was, now = before.fields[field], after.fields[field]
    if now.required and not was.required:
        yield Change(where, "must now be given" if before.sent else "is now always there", before.sent)
    if was.required and not now.required:
        text = "may now be UNSET" if before.received else "may now be left out"
        yield Change(where, text, before.received)
    kind = compare_types(was.type, now.type)
    if kind:
        # What a program makes must not become narrower; what it gets must not become wider.
        breaking = (before.sent and kind != "wider") or (before.received and kind != "narrower")
        yield Change(where, _type_change(was.annotation, now.annotation, kind), breaking)
    if before.sent:
        yield from (
            Change(where, text, stricter) for text, stricter in compare_constraints(was.constraints, now.constraints)
        )


def _enums(old: Surface, new: Surface) -> Iterator[Change]:
    """Lists of values. What a method no longer takes is reported of its parameter."""
    before, after = old.enums, new.enums
    # A short list is written in place, so that no program depends on its name.
    yield from (Change(name, "gone", name in old.names) for name in before.keys() - after.keys())
    yield from (Change(name, "new", False) for name in after.keys() - before.keys())
    for name in before.keys() & after.keys():
        for value in before[name] - after[name]:
            yield Change(name, f"{value!r} is no longer listed", False)
        for value in after[name] - before[name]:
            yield Change(name, f"{value!r} is listed now", False)
        if name in old.names - new.names:
            yield Change(name, "can no longer be imported: its values are written where it stood", True)


def _names(
    old: Mapping[str, object], new: Mapping[str, object], call: str, renamed: Mapping[str, str]
) -> Iterator[Change]:
    for name in old.keys() - new.keys():
        text = f"renamed to {_code(renamed[name] + call)}" if name in renamed else "gone"
        yield Change(f"{name}{call}", text, True)
    yield from (Change(f"{name}{call}", "new", False) for name in new.keys() - old.keys() - set(renamed.values()))


def _type_change(before: str, after: str, kind: str) -> str:
    return f"{kind} type: {_code(after)}, was {_code(before)}"


def _code(annotation: str) -> str:
    return f"`{annotation}`"
