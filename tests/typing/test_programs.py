"""Programs that use all there is are typed strictly. A new operation is in the one that derived.py writes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import alli
import pytest
from alli import Alli, AsyncAlli

from tests.typing import derived
from tests.typing.derived import models, rendered_methods

HERE = Path(__file__).parent


def program(name: str) -> ast.Module:
    return ast.parse((HERE / name).read_text("utf-8"))


def used(asynchronous: bool) -> set[str]:
    """`resource.method` of each call of a client in the functions of one kind."""
    found: set[str] = set()
    for function in program("methods.py").body:
        if isinstance(function, ast.AsyncFunctionDef if asynchronous else ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("client."):
                    found.add(ast.unparse(node.func).removeprefix("client."))
    return found


@pytest.mark.parametrize("kind", [Alli, AsyncAlli])
def test_the_program_uses_every_method_that_is_written_by_hand(kind: type[Alli] | type[AsyncAlli]) -> None:
    client = kind(api_key="k")
    there = {
        f"{name}.{method}"
        for name, resource in vars(client).items()
        if not name.startswith("_")
        for method in dir(resource)
        if not method.startswith("_")
    }
    written = there - set(rendered_methods(client))
    assert "apps.inputs" in written
    assert written - used(kind is AsyncAlli) == set(), "use these in tests/typing/methods.py"


def test_the_programs_use_every_public_name() -> None:
    nodes = [node for name in ("methods.py", "names.py") for node in ast.walk(program(name))]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "alli"}
    assert set(alli.__all__) - used - {*models(), *derived.lists()} == set(), "use these in tests/typing/names.py"


@pytest.mark.timeout(300)
def test_the_programs_are_typed_strictly_and_the_mistakes_are_found(tmp_path: Path) -> None:
    """One of them is written by derived.py, and calls every method of the document."""
    calls = tmp_path / "calls_of_every_method.py"
    calls.write_text(derived.program(), "utf-8")
    done = mypy("tests/typing", str(calls))
    assert done.returncode == 0, done.stdout + done.stderr


def mypy(*files: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", *files]
    return subprocess.run(command, capture_output=True, text=True, cwd=HERE.parents[1], check=False)
