"""The contract's asserts say what they compare, and what a framework leaves behind is its own."""

import pytest

pytest.register_assert_rewrite("tests.agents.contract")


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> None:
    """Frameworks keep threads, tasks and connections for the next call."""


@pytest.fixture
def _no_task_is_left_behind() -> None:
    """As above."""
