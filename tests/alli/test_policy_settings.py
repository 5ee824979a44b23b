"""Settings of a `RetryPolicy` that look like numbers and are none."""

from __future__ import annotations

import math
from typing import Any

import pytest
from alli import ConfigurationError, RetryPolicy

NO_NUMBERS = [True, False, "1", None, math.nan, math.inf, -0.1]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
@pytest.mark.parametrize("name", ["base", "cap", "jitter", "retry_after_cap"])
def test_what_is_no_number_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"^RetryPolicy: {name} must be "):
        RetryPolicy(**{name: value})


@pytest.mark.parametrize("jitter", [0, 0.5, 1, 1.0])
def test_a_jitter_of_all_or_nothing_is_taken(jitter: float) -> None:
    assert RetryPolicy(jitter=jitter).jitter == jitter
