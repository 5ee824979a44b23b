"""The contract's asserts say what they compare."""

import pytest

pytest.register_assert_rewrite("tests.agents.contract")
