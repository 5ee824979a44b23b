"""Applies an OpenAPI Overlay 1.0 document, strictly: an action whose target matches nothing is an error.

Other appliers skip such an action without a word, and a renamed path loses its name in the SDK unnoticed.
The order of actions matters, as the specification says: each sees what the ones before it did.
https://spec.openapis.org/overlay/v1.0.0.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.document.files import Document
from generator.document.json_types import is_array, is_object, object_at, value_at
from generator.document.jsonpath import TargetError, find, nearest_target
from generator.document.problems import GenerationFailed, JsonPath, Place, Problem
from generator.document.schemas import followed, resolved

__all__ = ["apply"]

_ROOT_KEYS = {"overlay", "info", "extends", "actions"}
_ACTION_KEYS = {"target", "description", "update", "remove"}


def apply(document: Document, overlay: Document, *, strict: bool = True) -> Document:
    """The document with all actions of the overlay carried out; neither argument is changed.

    With `strict=False` a target that matches nothing is passed over, for documents older or newer than the overlay.

    An update is merged recursively into an object (arrays inside it are concatenated, other values replaced), and is
    appended as one entry to an array. `remove: true` takes the selected values out. Where an object and a reference that allows
    nothing beside it meet, an update of the reference goes to what it refers to, and a reference in an update takes the object's place.

    Raises:
        GenerationFailed: with every mistake of the overlay, each at its line.
    """
    problems = _check_root(overlay)
    merged = document.copy()
    actions: object = overlay.data.get("actions")
    for index, action in enumerate(actions if is_array(actions) else []):
        here: JsonPath = ("actions", index)
        mistakes = _check_action(action, here)
        if not mistakes:
            mistakes = _Action(merged, overlay, here, action).run(strict)
        problems += mistakes
    if problems:
        raise GenerationFailed(overlay.located(problems))
    return merged


def _check_root(overlay: Document) -> list[Problem]:
    data = overlay.data
    problems = list(_unknown(data, _ROOT_KEYS, "an overlay", ()))
    if not str(data.get("overlay", "")).startswith("1.0"):
        problems.append(Problem("this is not an Overlay 1.0 document: expected `overlay: 1.0.0`", path=("overlay",)))
    if not is_array(data.get("actions")) or not data["actions"]:
        problems.append(Problem("`actions` must be a list with at least one action", path=("actions",)))
    return problems


def _check_action(action: object, here: JsonPath) -> list[Problem]:
    if not is_object(action):
        return [Problem("an action must be an object with a target", path=here)]
    problems = list(_unknown(action, _ACTION_KEYS, "an action", here))
    if not isinstance(action.get("target"), str):
        problems.append(Problem("an action needs a `target`, a JSONPath in text", path=here))
    if ("update" in action) == (action.get("remove") is True):
        problems.append(Problem("an action needs either `update` or `remove: true`", path=here))
    return problems


def _unknown(data: dict[str, Any], known: set[str], what: str, here: JsonPath) -> Iterator[Problem]:
    for key in data:
        if key not in known and not key.startswith("x-"):
            yield Problem(
                f"unknown key '{key}' in {what}; accepted: {', '.join(sorted(known))}, x-*", path=(*here, key)
            )


@dataclass(frozen=True)
class _Action:
    """One action of the overlay, carried out on the merged document."""

    merged: Document
    overlay: Document
    here: JsonPath
    action: dict[str, Any]

    def run(self, strict: bool) -> list[Problem]:
        target: str = self.action["target"]
        try:
            found = find(self.merged.data, target)
        except TargetError as error:
            return [Problem(str(error), path=(*self.here, "target"))]
        if not found and strict:
            near = nearest_target(self.merged.data, target)
            hint = f"; the nearest is {near}" if near else "; was the path renamed?"
            message = f"target {target} matches nothing in {self.merged.file}{hint}"
            return [Problem(message, path=(*self.here, "target"))]
        if self.action.get("remove") is True:
            return self._remove([path for path, _ in found])
        return [problem for path, value in found for problem in self._update(path, value)]

    def _remove(self, paths: list[JsonPath]) -> list[Problem]:
        if () in paths:
            return [Problem("the whole document can't be removed", path=(*self.here, "target"))]
        for path in reversed(paths):  # from the end, so that earlier indices stay true
            parent: Any = value_at(self.merged.data, path[:-1])
            _forget(self.merged.places, parent[path[-1]], path)
            if isinstance(path[-1], int):  # a path ends on a number where it leads into an array
                _shift(self.merged.places, parent, path[:-1], path[-1])
            del parent[path[-1]]
        return []

    def _update(self, path: JsonPath, value: object) -> list[Problem]:
        update = self.action["update"]
        source = (*self.here, "update")
        if is_object(value) and is_object(update):
            self._merge_at(value, update, path, source)
        elif is_array(value):
            value.append(self._copy(update, (*path, len(value)), source))
        elif is_object(value):
            return [Problem("an update of an object must be an object", path=source)]
        else:
            message = f"target {self.action['target']} is neither an object nor an array; update the object around it"
            return [Problem(message, path=(*self.here, "target"))]
        return []

    def _merge_at(self, into: dict[str, Any], update: dict[str, Any], path: JsonPath, source: JsonPath) -> None:
        """Merge; what is said of a reference that allows nothing beside it is said of what it refers to."""
        reference = into.get("$ref")
        if isinstance(reference, str) and "$ref" not in update and _stands_alone(path):
            # One that leads nowhere is reported when the whole is validated.
            referred = resolved(self.merged.data, {"$ref": reference})
            into, path = (referred, followed(reference)) if referred else (into, path)
        self._merge(into, update, path, source)

    def _merge(self, into: dict[str, Any], update: dict[str, Any], path: JsonPath, source: JsonPath) -> None:
        for key, new in update.items():
            old = into.get(key)
            # A reference that is new takes the place of an object that can't become one.
            is_replaced = "$ref" in object_at(new).keys() - object_at(old).keys() and _stands_alone((*path, key))
            if is_object(old) and is_object(new) and not is_replaced:
                self._merge_at(old, new, (*path, key), (*source, key))
            elif is_array(old) and is_array(new):
                for index, item in enumerate(new):
                    old.append(self._copy(item, (*path, key, len(old)), (*source, key, index)))
            else:
                _forget(self.merged.places, old, (*path, key))
                into[key] = self._copy(new, (*path, key), (*source, key))

    def _copy(self, value: object, path: JsonPath, source: JsonPath) -> Any:
        """A copy of an overlay's value; the places of all in it are noted under the path it gets."""
        self.merged.places[path] = self.overlay.place(source)
        if is_object(value):
            return {key: self._copy(item, (*path, key), (*source, key)) for key, item in value.items()}
        if is_array(value):
            return [self._copy(item, (*path, i), (*source, i)) for i, item in enumerate(value)]
        return value


_REFERENCES = frozenset(
    {"parameters", "responses", "requestBodies", "headers", "examples", "links", "callbacks", "securitySchemes"}
)
"""Lists and maps whose items may be references, beside which OpenAPI allows a summary and a description only."""


def _stands_alone(path: JsonPath) -> bool:
    """Whether a reference at this path allows nothing beside it, as one to a schema does."""
    if "schema" in path or "schemas" in path or not path:
        return False
    return path[-1] == "requestBody" or (len(path) > 1 and path[-2] in _REFERENCES)


def _forget(places: dict[JsonPath, Place], value: Any, path: JsonPath) -> None:
    """Drop the places of a value and of all in it."""
    for known in _paths(value, path):
        places.pop(known, None)


def _shift(places: dict[JsonPath, Place], array: list[Any], path: JsonPath, removed: int) -> None:
    """Items after a removed one move up by one, and their places with them."""
    depth = len(path)
    for index in range(removed + 1, len(array)):
        for known in _paths(array[index], (*path, index)):
            if known in places:
                places[(*path, index - 1, *known[depth + 1 :])] = places.pop(known)


def _paths(value: Any, path: JsonPath) -> Iterator[JsonPath]:
    """Of a value and of all in it."""
    yield path
    items = value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
    for key, item in items:
        yield from _paths(item, (*path, key))
