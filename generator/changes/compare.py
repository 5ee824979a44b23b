"""What changed for users between two surfaces, and which of it breaks their code.

Breaking is what makes a program fail, or a type checker complain, that was right before: a name gone, a parameter newly
required, of a narrower type or with stricter limits, a result or a received field of a wider type. A value that the service
no longer takes breaks the programs that send it. What it may answer is open: another list of values there breaks nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from generator.changes.surface import MethodSurface, ModelSurface, Part, Surface
from generator.document.did_you_mean import ALIKE, likeness, nearest
from generator.model.constraints import compare_constraints, deprecation_changes
from generator.model.types import NULL, Anything, Enum, ListOf, Literals, ObjectOf, Scalar, ScalarName, Type, options

__all__ = ["Change", "as_json", "as_markdown", "compare"]

_NAMES: dict[type, ScalarName] = {bool: "bool", int: "int", float: "float", str: "str"}

UNNAMED = "has a name made of its path: the overlay has no x-alli-sdk block for it"
"""Of a method that still needs a name."""


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
        *(Change(f"{name}()", UNNAMED, False) for name in new.derived - old.derived),
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
        yield from _parts(f"{name}({{}})", before.parameters, after.parameters)


def _parts(
    shape: str, before: Mapping[str, Part], after: Mapping[str, Part], *, sent: bool = True, received: bool = False
) -> Iterator[Change]:
    """Changes of parameters or fields, which programs make, get, or both; `shape` has a place for the name of one."""
    renamed = _renamed(before, after)
    for name in before.keys() - after.keys():
        text = f"renamed to {_code(renamed[name])}" if name in renamed else "gone"
        yield Change(shape.format(name), text, True)
    for name in after.keys() - before.keys() - set(renamed.values()):
        needed = after[name].required and sent
        yield Change(shape.format(name), "new, and must be given" if needed else "new", needed)
    for name in before.keys() & after.keys():
        for text, breaking in _part(before[name], after[name], sent=sent, received=received):
            yield Change(shape.format(name), text, breaking)


def _part(was: Part, now: Part, *, sent: bool, received: bool) -> Iterator[tuple[str, bool]]:
    if now.required and not was.required:
        yield "must now be given" if sent else "is now always there", sent
    if was.required and not now.required:
        yield "may now be UNSET" if received else "may now be left out", received
    kind = _compare_types(was.type, now.type)
    if kind:
        # What a program makes must not become narrower; what it gets must not become wider.
        breaking = (sent and kind != "wider") or (received and kind != "narrower")
        yield f"{kind} type: {_code(now.annotation)}, was {_code(was.annotation)}", breaking
    if sent:
        yield from compare_constraints(was.constraints, now.constraints)
    if was.position != now.position and was.position is not None:
        text = "no longer by position" if now.position is None else f"now argument {now.position + 1}"
        yield f"{text}, was argument {was.position + 1}", True


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
    if isinstance(item, Part):
        return item.position is not None
    return isinstance(item, ModelSurface) and equals == 1 and len(item.fields) > 1


def _models(old: Mapping[str, ModelSurface], new: Mapping[str, ModelSurface]) -> Iterator[Change]:
    renamed = _renamed(old, new)
    yield from _names(old, new, "", renamed)
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        yield from _parts(f"{name}.{{}}", before.fields, after.fields, sent=before.sent, received=before.received)


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


def _code(annotation: str) -> str:
    return f"`{annotation}`"


def _compare_types(before: Type, after: Type) -> str:
    """How a type changed: "wider", "narrower", "another", or "" where it takes in the same values."""
    old, new = options(before), options(after)
    fits, was_wider = _within(old, new), _within(new, old)
    if fits and was_wider:
        return ""
    return "wider" if fits else "narrower" if was_wider else "another"


def _within(some: Iterable[Type], others: Iterable[Type]) -> bool:
    return all(any(_is_a(one, other) for other in others) for one in some)


def _is_a(one: Type, other: Type) -> bool:
    match one, other:
        case _, Anything():
            return True
        case Scalar("int"), Scalar("float"):
            return True
        case Enum(base=base), _:
            # The values an enum lists are open: its type is that of any text, or any number.
            return _is_a(Scalar(base), other)
        case _, Enum(base=base):
            return _is_a(one, Scalar(base))
        case Literals(some), Literals(others):
            return set(some) <= set(others)
        case Literals(values), _:
            return all(_is_a(_scalar(value), other) for value in values)
        case (ListOf(a), ListOf(b)) | (ObjectOf(a), ObjectOf(b)):
            return _within(options(a), options(b))
        case _:
            return one == other


def _scalar(value: str | int | float | bool | None) -> Scalar:
    return NULL if value is None else Scalar(_NAMES[type(value)])
