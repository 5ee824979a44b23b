"""What changed for users between two surfaces, and which of it breaks their code.

Breaking is what makes a program fail, or a type checker complain, that was right before: a name gone, a parameter newly
required or of a narrower type, a result or a received field of a wider one. The values an enum lists are open, so a
change of them breaks nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from generator.surface import MethodSurface, ModelSurface, ParameterSurface, Surface

__all__ = ["Change", "as_json", "as_markdown", "compare"]


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
        *_enums(old.enums, new.enums),
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
    yield from _names(old, new, "()")
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        if before.returns != after.returns:
            yield Change(f"{name}()", f"gives {_code(after.returns)}, was {_code(before.returns)}", True)
        for parameter in before.parameters.keys() - after.parameters.keys():
            yield Change(f"{name}({parameter})", "gone", True)
        for parameter in after.parameters.keys() - before.parameters.keys():
            needed = after.parameters[parameter].required
            yield Change(f"{name}({parameter})", "new, and must be given" if needed else "new", needed)
        for parameter in before.parameters.keys() & after.parameters.keys():
            yield from _parameter(f"{name}({parameter})", before.parameters[parameter], after.parameters[parameter])


def _parameter(name: str, before: ParameterSurface, after: ParameterSurface) -> Iterator[Change]:
    if after.required and not before.required:
        yield Change(name, "must now be given", True)
    if before.required and not after.required:
        yield Change(name, "may now be left out", False)
    # Leaving a parameter out is a matter of `required`, so None and Unset for that are no part of its type.
    old, new = (_members(p.annotation) - ({"Unset"} if p.required else {"Unset", "None"}) for p in (before, after))
    if old != new:
        yield Change(name, _type_change(before.annotation, after.annotation, old, new), not new > old)
    if before.position != after.position and before.position is not None:
        text = "no longer by position" if after.position is None else f"now argument {after.position + 1}"
        yield Change(name, f"{text}, was argument {before.position + 1}", True)


def _models(old: Mapping[str, ModelSurface], new: Mapping[str, ModelSurface]) -> Iterator[Change]:
    yield from _names(old, new, "")
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        for field in before.fields.keys() - after.fields.keys():
            yield Change(f"{name}.{field}", "gone", True)
        for field in after.fields.keys() - before.fields.keys():
            needed = after.fields[field].required and before.sent
            yield Change(f"{name}.{field}", "new, and must be given" if needed else "new", needed)
        for field in before.fields.keys() & after.fields.keys():
            yield from _field(f"{name}.{field}", name, field, before, after)


def _field(where: str, name: str, field: str, before: ModelSurface, after: ModelSurface) -> Iterator[Change]:
    was, now = before.fields[field], after.fields[field]
    if now.required and not was.required:
        yield Change(where, "must now be given" if before.sent else "is now always there", before.sent)
    if was.required and not now.required:
        text = "may now be UNSET" if before.received else "may now be left out"
        yield Change(where, text, before.received)
    old, new = _members(was.annotation), _members(now.annotation)
    if old != new:
        # What a program makes must not become narrower; what it gets must not become wider.
        breaking = (before.sent and not new > old) or (before.received and not new < old)
        yield Change(where, _type_change(was.annotation, now.annotation, old, new), breaking)


def _enums(old: Mapping[str, frozenset[str | int]], new: Mapping[str, frozenset[str | int]]) -> Iterator[Change]:
    yield from _names(old, new, "")
    for name in old.keys() & new.keys():
        for value in old[name] - new[name]:
            yield Change(name, f"{value!r} is no longer listed", False)
        for value in new[name] - old[name]:
            yield Change(name, f"{value!r} is listed now", False)


def _names(old: Mapping[str, object], new: Mapping[str, object], call: str) -> Iterator[Change]:
    yield from (Change(f"{name}{call}", "gone", True) for name in old.keys() - new.keys())
    yield from (Change(f"{name}{call}", "new", False) for name in new.keys() - old.keys())


def _type_change(before: str, after: str, old: frozenset[str], new: frozenset[str]) -> str:
    kind = "wider" if new > old else "narrower" if new < old else "another"
    return f"{kind} type: {_code(after)}, was {_code(before)}"


def _members(annotation: str) -> frozenset[str]:
    """The types of a union; a `|` inside brackets is part of its member."""
    members, depth = [""], 0
    for character in annotation:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "|" and depth == 0:
            members.append("")
        else:
            members[-1] += character
    return frozenset(member.strip() for member in members)


def _code(annotation: str) -> str:
    return f"`{annotation}`"
