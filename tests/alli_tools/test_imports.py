"""`alli_tools` is in the bare wheel: it needs `alli` and knows no framework."""

import pkgutil
import subprocess
import sys

import alli_tools
import pytest

MODULES = sorted(found.name for found in pkgutil.walk_packages(alli_tools.__path__, "alli_tools."))
FRAMEWORKS = ("langchain_core", "langgraph", "langchain", "pydantic", "pydantic_core", "jsonschema", "mcp")


def _loaded(modules: list[str]) -> set[str]:
    program = f"import sys; {'; '.join(f'import {name}' for name in modules)}; print(*sys.modules)"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(finished.stdout.split())


def test_no_module_loads_a_framework() -> None:
    assert MODULES
    assert sorted(_loaded(["alli_tools", *MODULES]).intersection(FRAMEWORKS)) == []


@pytest.mark.parametrize("name", ["langchain_core", "pydantic"])
def test_the_test_would_notice(name: str) -> None:
    assert name in _loaded([*MODULES, "langchain_alli"])
