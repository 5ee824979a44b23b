"""YAML that is changed and written back with its comments, its order and its style.

ruamel.yaml's round trip keeps all of that for what isn't touched; this touches as little as it can. ruamel carries no types.
"""

from __future__ import annotations

import difflib
import io
import json
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath

__all__ = ["LISTS_BY_KEY", "dumped", "load", "put"]

_LINE = 1 << 16
"""Columns before ruamel would break a line: never, for a broken line is a change nobody made."""

LISTS_BY_KEY = {"tags": "name", "servers": "url"}
"""Lists of the root whose items are told apart by a key: items that are not mentioned are kept."""


def load(text: str) -> Any:
    """The document with all that the text says beside it."""
    return _yaml().load(text)


def dumped(root: Any) -> str:
    """The text of it."""
    stream = io.StringIO()
    _yaml().dump(root, stream)
    return stream.getvalue()


def put(root: Any, path: JsonPath, value: Any) -> None:
    """Make the value at a path what it should be; what is right already is not touched.

    A path into the tags or servers of the root names an item of the list: ("tags", "apps").
    """
    node, key = root, path[-1]
    if len(path) == 2 and path[0] in LISTS_BY_KEY:
        if not is_array(root.get(path[0])):
            root[path[0]] = CommentedSeq()
        node = root[path[0]]
        named = (index for index, item in enumerate(node) if item.get(LISTS_BY_KEY[str(path[0])]) == key)
        if (key := next(named, -1)) < 0:
            node.append(_new(value))
            return
    else:
        for each in path[:-1]:
            if not is_object(node.get(each)):
                node[each] = CommentedMap()
            node = node[each]
    _set(node, key, value)


def _set(holder: Any, key: Any, value: Any) -> None:
    old = holder[key] if is_array(holder) or key in holder else None
    if is_object(old) and is_object(value):
        _update_object(old, value)
    elif is_array(old) and is_array(value):
        _update_array(old, value)
    elif not _same(old, value) or (is_object(holder) and key not in holder):
        holder[key] = _new(value)


def _update_object(old: Any, new: dict[str, Any]) -> None:
    for key in [key for key in old if key not in new]:
        del old[key]
    position = 0
    for key, value in new.items():
        if key in old:
            _set(old, key, value)
            position = list(old).index(key) + 1
        else:
            old.insert(position, key, _new(value))
            position += 1


def _update_array(old: Any, new: list[Any]) -> None:
    matcher = difflib.SequenceMatcher(None, [_key(v) for v in old], [_key(v) for v in new], autojunk=False)
    # From the end, so that earlier indices stay true.
    for kind, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
        if kind == "equal":
            continue
        common = min(end - start, new_end - new_start)
        for index in range(end - 1, start + common - 1, -1):
            del old[index]
        for offset in range(new_start + common, new_end):
            old.insert(start + common + (offset - new_start - common), _new(new[offset]))
        for offset in range(common):
            _set(old, start + offset, new[new_start + offset])


def _new(value: Any) -> Any:
    """A value as ruamel's own kinds, in block style; texts of several lines as such."""
    if is_object(value):
        return CommentedMap((key, _new(item)) for key, item in value.items())
    if is_array(value):
        return CommentedSeq(_new(item) for item in value)
    if (
        isinstance(value, str)
        and "\n" in value.strip("\n")
        and not any(line.endswith((" ", "\t")) for line in value.split("\n"))
    ):
        return LiteralScalarString(value)
    return value


def _same(old: Any, new: Any) -> bool:
    """Equal, and of one kind: to Python, true is 1."""
    return type(old) is type(new) and old == new if isinstance(new, (bool, int, float)) else old == new


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)


def _yaml() -> Any:
    yaml: Any = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = _LINE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
