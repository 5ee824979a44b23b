"""Writes tests/generator/surface.json, the public surface that tests/generator/test_public_surface.py holds the package to.

    python -m tests.generator.surface_baseline

Run it for a release, and after a break that CHANGELOG.md announces.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe

from tests.places import ROOT

__all__ = ["BASELINE", "breaks", "surface"]

BASELINE = Path(__file__).with_name("surface.json")


def surface(folder: Path) -> dict[str, Any]:
    """Every public name of `alli` below `folder`, with the parameters of what can be called; read from source, nothing is imported.

    Keys are what users write: `alli.Alli`, `alli.Alli.apps.list`, `alli.RunResult.text`. A parameter is its kind, type and whether it must
    be given.
    """
    package = griffe.load("alli", search_paths=[str(folder)], resolve_aliases=False, try_relative_path=False)
    assert isinstance(package, griffe.Module)
    modules = package.members
    found: dict[str, Any] = {}
    for name, target in _exports(package).items():
        holder: Any = package
        for part in target.split(".")[1:]:
            holder = holder.members[part]
        _add(found, f"alli.{name}", holder.members[name])
    for client, name, class_name in _resources(modules["client"]):
        _add(found, f"alli.{client}.{name}", modules["resources"].members[class_name])
    return dict(sorted(found.items()))


def _exports(package: griffe.Module) -> dict[str, str]:
    """Public names and the modules that give them, from the table in alli/__init__.py."""
    for node in ast.parse(package.source).body:
        if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Name) and target.id == "_MODULES":
            return {name: f"alli{module}" for name, module in ast.literal_eval(node.value).items()}
    raise LookupError("alli/__init__.py has no table _MODULES")


def _resources(module: Any) -> Iterator[tuple[str, str, str]]:
    """Client, attribute and class of each resource: `def apps(self) -> alli.resources.Apps`."""
    for holder in ast.parse(module.source).body:
        for node in ast.walk(holder) if isinstance(holder, ast.ClassDef) else ():
            match node:
                case ast.FunctionDef(name=name, returns=ast.Attribute(value=package, attr=class_name)) if (
                    ast.unparse(package) == "alli.resources"
                ):
                    yield holder.name, name, class_name
                case _:
                    pass


def _add(found: dict[str, Any], where: str, item: Any) -> None:
    if isinstance(item, griffe.Function):
        found[where] = {
            "parameters": [
                {
                    "name": p.name,
                    "kind": str(p.kind.value if p.kind else ""),
                    "type": _type(p.annotation),
                    "required": p.required,
                }
                for p in item.parameters
                if p.name != "self"
            ],
            "returns": _type(item.returns),
        }
    elif isinstance(item, griffe.Class):
        found[where] = {"bases": sorted(str(base) for base in item.bases)}
        for name, member in item.members.items():
            if not name.startswith("_") or name == "__init__":
                _add(found, f"{where}.{name}", member)
        for base in item.bases:  # a mixin of the same package gives methods, too
            _add_inherited(found, where, item, str(base).partition("[")[0])
    elif isinstance(item, griffe.Attribute):
        found[where] = {"type": _type(item.annotation)}


def _type(annotation: object) -> str:
    """A type as users know it: `alli.App` and `App` are one, wherever a module found it."""
    return re.sub(r"\b(?:alli|_models)\.", "", str(annotation or ""))


def _add_inherited(found: dict[str, Any], where: str, item: griffe.Class, base: str) -> None:
    for module in _modules(item.package):
        other = module.members.get(base)
        if isinstance(other, griffe.Class) and other is not item:
            for name, member in other.members.items():
                if not name.startswith("_") and f"{where}.{name}" not in found:
                    _add(found, f"{where}.{name}", member)
            for further in other.bases:
                _add_inherited(found, where, other, str(further).partition("[")[0])


def _modules(package: griffe.Module) -> Iterator[griffe.Module]:
    yield package
    for module in package.members.values():
        if isinstance(module, griffe.Module):
            yield from _modules(module)


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    """What a program that was right may stumble over: name and what happened to it."""
    found: list[tuple[str, str]] = []
    for name, was in old.items():
        now = new.get(name)
        if now is None:
            found.append((name, "gone"))
        elif "parameters" in was:
            found += _call_breaks(name, was, now)
        elif _values(was.get("type", ""), new) != _values(now.get("type", ""), new):
            found.append((name, f"of type {now.get('type') or '?'}, was {was['type']}"))
        elif not set(was.get("bases", [])) <= set(now.get("bases", [])):
            found.append((name, "has other base classes"))
    return found


def _options(annotation: str) -> set[str]:
    return {part.strip() for part in re.split(r"\|(?![^\[]*\])", annotation)}


def _taken(annotation: str) -> set[str]:
    """What an argument of a type may be; a sequence of more kinds of items is more kinds of sequences."""
    inside = re.compile(r"Sequence\[([^\[\]]*)\]")
    found: set[str] = set()
    for option in _options(annotation):
        items = inside.fullmatch(option)
        found |= {option} if items is None else {f"Sequence[{item}]" for item in _options(items[1])}
    return found


def _values(annotation: str, found: dict[str, Any]) -> set[str]:
    """The options of a type, without those that only list known values of another one."""
    options = _options(annotation)
    listed = {
        part
        for part in options
        if part.startswith("Literal[") or found.get(f"alli.{part}", {}).get("type") == "TypeAlias"
    }
    return options - listed if "str" in options else options


def _call_breaks(name: str, was: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    after = {p["name"]: p for p in now.get("parameters", [])}
    before = {p["name"]: p for p in was["parameters"]}
    for parameter, old in before.items():
        new = after.get(parameter)
        where = f"{name}({parameter})"
        if new is None:
            found.append((where, "gone"))
            continue
        if new["required"] and not old["required"]:
            found.append((where, "must now be given"))
        if new["kind"] != old["kind"] and "positional" in old["kind"]:
            found.append((where, "no longer by position"))
        if not _taken(old["type"]) <= _taken(new["type"]):
            found.append((where, f"of type {new['type']}, was {old['type']}"))
    found += [
        (f"{name}({p})", "new, and must be given") for p, new in after.items() if p not in before and new["required"]
    ]
    by_position = [
        [p["name"] for p in side if "positional" in p["kind"]]
        for side in (was["parameters"], now.get("parameters", []))
    ]
    if by_position[1][: len(by_position[0])] != by_position[0] and set(by_position[0]) <= set(after):
        found.append((name, "its arguments stand in another order"))
    if was["returns"] != now.get("returns", ""):
        found.append((name, f"gives {now.get('returns')}, was {was['returns']}"))
    return found


if __name__ == "__main__":
    BASELINE.write_text(json.dumps(surface(ROOT / "generated"), indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{BASELINE.relative_to(ROOT)} holds the surface as it is now")
