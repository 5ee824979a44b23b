"""The documented operations, and which of them a request asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

__all__ = ["METHODS", "Match", "Operation", "Operations", "PathTemplate"]

METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")
"""The methods that an operation may have."""

_PARAMETER = re.compile(r"{([^{}]*)}")


class PathTemplate:
    """A path with parameters in braces. A parameter may hold a slash, as an id may."""

    def __init__(self, text: str) -> None:
        self.text = text
        literal = _PARAMETER.split(text)
        self.names: Sequence[str] = literal[1::2]
        self.literal_length = sum(map(len, literal[::2]))
        pattern = "".join(re.escape(one) if index % 2 == 0 else "(.+)" for index, one in enumerate(literal))
        self._pattern = re.compile(pattern, re.DOTALL)

    def parameters_in(self, path: str) -> dict[str, str] | None:
        """The values of the parameters in a decoded path; None where the path does not match."""
        found = self._pattern.fullmatch(path)
        return dict(zip(self.names, found.groups(), strict=True)) if found else None

    @property
    def shape(self) -> str:
        """The template without the names of its parameters: equal for two templates that match the same paths."""
        return _PARAMETER.sub("{}", self.text)


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation. `path` has parameters in braces."""

    id: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Match:
    """A documented path that a request names.

    Attributes:
        operation: None where the path is documented, but not with this method.
        parameters: values of the path's parameters, decoded.
        allowed: the documented methods of the path.
    """

    operation: Operation | None
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    allowed: Sequence[str] = ()


class Operations:
    """All documented operations."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_path: dict[str, dict[str, Operation]] = {}
        for one in operations:
            self._by_path.setdefault(one.path, {})[one.method] = one
        # An id may hold a slash, so that the longest literal text decides: `/apps/{id}/run` before `/apps/{id}`.
        self._templates = sorted(map(PathTemplate, self._by_path), key=lambda one: -one.literal_length)

    def __iter__(self) -> Iterator[Operation]:
        return (one for methods in self._by_path.values() for one in methods.values())

    def find(self, method: str, path: str) -> Match | None:
        """The operation of a decoded path; None where no documented path matches."""
        for template in self._templates:
            parameters = template.parameters_in(path)
            if parameters is not None:
                methods = self._by_path[template.text]
                return Match(methods.get(method), parameters, sorted(methods))
        return None

    def written_as(self, method: str, path: str) -> Operation | None:
        """The operation of a path as a person writes it: a documented template, or a path with its ids."""
        if "{" not in path:
            found = self.find(method, unquote(path))
            return found.operation if found else None
        shape = PathTemplate(path).shape
        for template in self._templates:
            if template.shape == shape:
                return self._by_path[template.text].get(method)
        return None
