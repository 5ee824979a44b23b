"""What an app is as a tool (name, schema, keys, run, result) can serve others than LangChain, such as an MCP server."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

FOUND = importlib.util.find_spec("langchain_alli")
assert FOUND is not None
PACKAGE = Path(str(FOUND.origin)).parent
PARTS = ["spec", "naming", "arguments", "schema", "asking", "stopping", "content"]


def _imports(module: str) -> Iterator[str]:
    """What a module imports, in whatever place; modules of this package with a dot before their name."""
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def _needed(module: str, found: set[str]) -> set[str]:
    """What a module imports, and what that imports of this package, and so on."""
    for name in _imports(module):
        if name not in found:
            found.add(name)
            if name.startswith("."):
                _needed(name[1:], found)
    return found


@pytest.mark.parametrize("module", PARTS)
def test_a_description_of_an_app_as_a_tool_knows_nothing_of_langchain(module: str) -> None:
    needed = _needed(module, set())
    assert needed
    assert not [name for name in needed if name.startswith(("lang", ".injection", ".tool", ".calls"))]


def test_the_test_would_notice() -> None:
    assert any(name.startswith("langchain_core") for name in _needed("tool", set()))
