"""Programs that use everything, and those of the pages, are typed strictly. A new operation is in the one that derived.py writes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import alli
import pytest
from alli import Alli, AsyncAlli

from tests.markdown import Block, blocks_of
from tests.places import ROOT
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
        for name, attribute in vars(kind).items()
        if isinstance(attribute, cached_property) and not name.startswith("_")
        for method in dir(getattr(client, name))
        if not method.startswith("_")
    }
    written = there - set(rendered_methods(client))
    assert "apps.inputs" in written
    assert written - used(kind is AsyncAlli) == set(), "use these in tests/typing/methods.py"


def test_the_programs_use_every_public_name() -> None:
    names = ("methods.py", "names.py", "errors.py", "around_calls.py")
    nodes = [node for name in names for node in ast.walk(program(name))]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "alli"}
    assert set(alli.__all__) - used - {*models(), *derived.lists()} == set(), "use these in tests/typing/names.py"


def pages() -> dict[str, list[Block]]:
    """The pages with programs in Python, by their path in the repository."""
    recipes = [
        ROOT / f"docs/recipes/{name}.md" for name in ("fastapi", "click")
    ]  # the others need more than .[dev] installs
    paths = [
        *(ROOT / "README.md", ROOT / "docs/index.md", ROOT / "docs/start.md", *recipes),
        *sorted((ROOT / "docs/guides").glob("*.md")),
        ROOT / "adapters/langchain_alli/README.md",
    ]
    found = {path.relative_to(ROOT).as_posix(): blocks_of(path, "python") for path in paths}
    return {page: blocks for page, blocks in found.items() if blocks}


PAGES = pages()


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What mypy says of all programs. One run: each would read the libraries again."""
    folder = tmp_path_factory.mktemp("typed")
    (folder / "calls_of_every_method.py").write_text(derived.program(), "utf-8")
    for page, blocks in PAGES.items():
        for block in blocks:
            (folder / f"{module(page, block)}.py").write_text(block.code, "utf-8")
    files = ["tests/typing", *map(str, sorted(folder.glob("*.py")))]
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", "--no-error-summary", *files]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    assert bool(done.returncode) == bool(lines)
    return lines


def module(page: str, block: Block) -> str:
    return re.sub(r"\W+", "_", f"page {page}").lower() + f"_{block.line}"


@pytest.mark.timeout(300)
def test_the_programs_are_typed_strictly_and_the_mistakes_are_found(complaints: list[str]) -> None:
    """One of them is written by derived.py, and calls every method of the document."""
    blocks = {module(page, block) for page, found in PAGES.items() for block in found}
    assert [line for line in complaints if Path(line.partition(":")[0]).stem not in blocks] == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_python_are_typed_strictly(complaints: list[str], page: str) -> None:
    names = {module(page, block) for block in PAGES[page]}
    assert [line for line in complaints if Path(line.partition(":")[0]).stem in names] == []
