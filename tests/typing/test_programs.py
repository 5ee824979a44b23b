"""The type-checked programs use all there is; a new operation or name must be added to them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import alli
import pytest
from alli import Alli, AsyncAlli

HERE = Path(__file__).parent


def program(name: str) -> ast.Module:
    return ast.parse((HERE / name).read_text("utf-8"))


def used(asynchronous: bool) -> set[str]:
    """`resource.method` of each call of a client in the functions of one kind."""
    found: set[str] = set()
    for function in program("every_method.py").body:
        if isinstance(function, ast.AsyncFunctionDef if asynchronous else ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("client."):
                    found.add(ast.unparse(node.func).removeprefix("client."))
    return found


@pytest.mark.parametrize("kind", [Alli, AsyncAlli])
def test_the_type_checked_program_uses_every_method(kind: type[Alli] | type[AsyncAlli]) -> None:
    client = kind(api_key="k")
    there = {
        f"{name}.{method}"
        for name, resource in vars(client).items()
        if not name.startswith("_")
        for method in dir(resource)
        if not method.startswith("_")
    }
    assert len(there) >= 17
    assert there <= used(kind is AsyncAlli)


def test_the_type_checked_programs_use_every_public_name() -> None:
    nodes = [node for name in ("every_method.py", "every_name.py") for node in ast.walk(program(name))]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "alli"}
    assert set(alli.__all__) - used == set()


@pytest.mark.timeout(300)
def test_the_programs_are_typed_strictly_and_the_mistakes_are_found() -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", "tests/typing"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parents[1], check=False)
    assert done.returncode == 0, done.stdout + done.stderr
