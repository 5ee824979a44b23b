"""`alli_tools` is in the bare wheel: it needs `alli` and knows no framework."""

import pkgutil

import alli_tools
import pytest

from tests.programs import printed_by

MODULES = sorted(found.name for found in pkgutil.walk_packages(alli_tools.__path__, "alli_tools."))
FRAMEWORKS = ("langchain_core", "langgraph", "langchain", "pydantic", "pydantic_core", "jsonschema", "mcp")


def _loaded(modules: list[str]) -> set[str]:
    program = f"import sys; {'; '.join(f'import {name}' for name in modules)}; print(*sys.modules)"
    return set(printed_by(program).split())


def test_no_module_loads_a_framework() -> None:
    assert MODULES
    assert sorted(_loaded(["alli_tools", *MODULES]).intersection(FRAMEWORKS)) == []


@pytest.mark.parametrize("name", ["langchain_core", "pydantic"])
def test_the_test_would_notice(name: str) -> None:
    assert name in _loaded([*MODULES, "langchain_alli"])
