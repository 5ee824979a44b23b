"""A YAML or JSON file as plain JSON values, with the line each value was written on.

ruamel's own loaders give either plain values or line numbers; this walks its node tree and gives both. It is stricter
than YAML where YAML would be a trap: a key twice in one mapping, merge keys, and values JSON doesn't have are errors.

A text that is JSON without a mistake is read by Python's own parser, in a tenth of the time, and its lines are counted afterwards.
"""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError

from generator.document.json_types import is_array, is_object
from generator.document.problems import GenerationFailed, JsonPath, Place, Problem

__all__ = ["Document", "load", "parse", "read_text", "shown"]

MAX_DEPTH = 64
"""Values in each other. The documents of vendors have up to 30; the validator can't follow many more."""
MAX_REPEATED = 100_000
"""Values that aliases repeat. A few lines of aliases to aliases can stand for more than fit into any memory."""
MAX_DIGITS = 100
"""Of a whole number; Python reads some thousand, and no program that reads JSON more than 20."""
_TOO_DEEP = (
    f"has values that are nested more than {MAX_DEPTH} deep; give the inner ones a name in components and refer to them"
)


@dataclass
class Document:
    """A document and where each of its values comes from.

    Attributes:
        data: The root object, of JSON types only.
        places: Where the value at a path was written. After an overlay, some places are in the overlay's file.
        file: The document's own file, as shown to people.
    """

    data: dict[str, Any]
    places: dict[JsonPath, Place]
    file: str

    def place(self, path: JsonPath) -> Place:
        """Where the value at `path` was written, or the nearest value around it."""
        around = (path[:end] for end in range(len(path), -1, -1))
        return next((self.places[each] for each in around if each in self.places), Place(self.file))

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems, each with the place of its path, where it has a path and no place yet."""
        return [p if p.place or p.path is None else p.at(self.place(p.path)) for p in problems]

    def copy(self) -> Document:
        """A document that can be changed without changing this one."""
        return Document(copy.deepcopy(self.data), dict(self.places), self.file)


def shown(path: Path) -> str:
    """The path as people should see it: relative to the working folder if it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """What a file says.

    Raises:
        GenerationFailed: the file is missing, unreadable, or not UTF-8.
    """
    place = Place(shown(path))
    try:
        return path.read_bytes().decode(encoding)
    except OSError as error:
        raise GenerationFailed([Problem(f"can't be read: {error.strerror or error}", place)]) from error
    except UnicodeDecodeError as error:
        raise GenerationFailed([Problem(f"is not UTF-8 (byte {error.start})", place)]) from error


def load(path: Path) -> Document:
    """Read a YAML or JSON file whose root is an object.

    Raises:
        GenerationFailed: the file is missing, unreadable, empty, not YAML, or holds what JSON can't say.
    """
    return parse(read_text(path), shown(path)).copy()


@lru_cache(maxsize=4)
def parse(text: str, file: str) -> Document:
    """The document that a text is, not to be changed. The same text is read once: `diff` needs the overlay twice.

    Raises:
        GenerationFailed: the text is empty, not YAML, or holds what JSON can't say.
    """
    return _from_json(text, file) or _from_yaml(text, file)


_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{\[]|[^\s{}\[\],:"]+')
"""The keys of valid JSON, and the beginnings of its values, in the order of the text."""
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def _from_json(text: str, file: str) -> Document | None:
    """None where the text is not JSON, or has anything in it that must be reported."""
    if _HALF_CHARACTER.search(text):
        return None
    places: dict[JsonPath, Place] = {(): Place(file, 1)}
    lines = _lines(text)

    def note(value: object, path: JsonPath) -> None:
        if len(path) > MAX_DEPTH:
            raise ValueError(_TOO_DEEP)
        if is_object(value):
            for key, item in value.items():
                places[(*path, key)] = Place(file, next(lines))
                next(lines)  # of the item
                note(item, (*path, key))
        elif is_array(value):
            for index, item in enumerate(value):
                places[(*path, index)] = Place(file, next(lines))
                note(item, (*path, index))
        elif isinstance(value, int | float) and (len(str(value)) > MAX_DIGITS or not math.isfinite(value)):
            raise ValueError("JSON has no such number")

    try:
        data: object = json.loads(text, object_pairs_hook=_unique)
        next(lines)
        note(data, ())
    except (ValueError, RecursionError):
        return None
    return Document(data, places, file) if is_object(data) else None


def _lines(text: str) -> Iterator[int]:
    """The line of each token."""
    line, counted = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", counted, token.start())
        counted = token.start()
        yield line


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key occurs twice")
    return values


def _from_yaml(text: str, file: str) -> Document:
    try:
        parser: Any = YAML(typ="safe", pure=True)  # untyped; _Node says what is used of its result
        root: _Node | None = parser.compose(text)
    except MarkedYAMLError as error:
        details: Any = error
        mark: StringMark | None = details.problem_mark or details.context_mark
        place = Place(file, None if mark is None else mark.line + 1)
        raise GenerationFailed([Problem(f"broken YAML: {details.problem or details.context}", place)]) from error
    except YAMLError as error:
        raise GenerationFailed([Problem(f"broken YAML: {error}", Place(file))]) from error
    except RecursionError as error:
        raise GenerationFailed([Problem(_TOO_DEEP, Place(file))]) from error
    if root is None:
        raise GenerationFailed([Problem("is empty; expected a document", Place(file))])

    reader = _Reader(file)
    data = reader.read(root, ())
    if reader.problems:
        raise GenerationFailed(reader.problems)
    if not is_object(data):
        raise GenerationFailed([Problem("the root must be an object", Place(file, 1))])
    return Document(data, reader.places, file)


class _Node(Protocol):
    """What is used of ruamel's nodes, which carry no types."""

    id: str
    """mapping, sequence or scalar."""
    tag: object
    value: Any
    style: str | None
    start_mark: StringMark


class _Reader:
    """Turns ruamel's nodes into values, and notes places and problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[JsonPath, Place] = {(): Place(file, 1)}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()  # ids of the nodes that were read: an alias reads its node, and all in it, again
        self._repeated = 0
        self._open: set[int] = set()  # ids of the nodes being read: an alias to one of them is a circle

    def read(self, node: _Node, path: JsonPath) -> Any:
        if id(node) in self._open:
            self._problem(node, "an alias refers to a value that contains it")
            return None
        if len(path) > MAX_DEPTH:
            raise self._end(node, _TOO_DEEP)
        self._repeated += id(node) in self._seen
        if self._repeated > MAX_REPEATED:
            raise self._end(node, f"aliases repeat more than {MAX_REPEATED} values; write out what is meant")
        self._seen.add(id(node))
        self._open.add(id(node))
        try:
            if node.id == "mapping":
                return self._mapping(node, path)
            if node.id == "sequence":
                return self._sequence(node, path)
            return self._scalar(node)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: _Node, path: JsonPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if key_node.id != "scalar":
                self._problem(key_node, "a key must be text")
                continue
            # Keys stay as written: `200:` is the key "200", as OpenAPI means it.
            key = self._text(key_node)
            line = key_node.start_mark.line + 1
            if key == "<<" and key_node.style is None:
                self._problem(key_node, "merge keys (<<) are not part of YAML 1.2; write the fields out")
            elif key in values:
                self._problem(key_node, f"key '{key}' is already on line {lines[key]}; a key may occur once")
            else:
                lines[key] = line
                self.places[(*path, key)] = Place(self.file, line)
                values[key] = self.read(value_node, (*path, key))
        return values

    def _sequence(self, node: _Node, path: JsonPath) -> list[Any]:
        values: list[Any] = []
        for index, item in enumerate(node.value):
            self.places[(*path, index)] = Place(self.file, item.start_mark.line + 1)
            values.append(self.read(item, (*path, index)))
        return values

    def _scalar(self, node: _Node) -> str | int | float | bool | None:
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        text = self._text(node)
        match kind:
            case "str" | "timestamp":  # JSON has no dates: they stay text
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" if len(text) <= MAX_DIGITS:
                return int(text.replace("_", ""), 0 if text.lstrip("+-")[:2].lower() in ("0x", "0o", "0b") else 10)
            case "float" if not text.lower().endswith((".inf", ".nan")) and math.isfinite(
                number := float(text.replace("_", ""))
            ):
                return number
            case _:
                shortened = text if len(text) <= MAX_DIGITS else f"{text[:MAX_DIGITS]}…"
                self._problem(node, f"'{shortened}' ({kind}) is not a value that JSON has")
                return None

    def _text(self, node: _Node) -> str:
        """JSON may write a character beyond U+FFFF as two escapes, which the parser leaves two halves."""
        text = str(node.value)
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._problem(node, "holds half of a character, an escape of \\ud800 to \\udfff that has no other half")
            return text

    def _problem(self, node: _Node, message: str) -> None:
        self.problems.append(Problem(message, Place(self.file, node.start_mark.line + 1)))

    def _end(self, node: _Node, message: str) -> GenerationFailed:
        """What is reported where reading on would take too much: all that was found so far."""
        self._problem(node, message)
        return GenerationFailed(self.problems)
