"""Options that can only be a mistake are refused where they are given, not in the midst of a run."""

from typing import Any

import pytest
from langchain_alli import ToolOptions


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("on_error", "return", "on_error: must be one of return_actionable, return_all"),
        ("user", "emp-7", "user: must be a function, not str"),
        ("files", {"a": "b"}, "files: must be a function, not dict"),
        ("stop", True, "stop: must be a function, not bool"),
        ("user", None, "user: must be a function, not NoneType"),
        ("conversation", "forever", 'conversation: must be "thread", "fresh" or a function of app id and context'),
        ("channels", ["custom", "http"], "channels: must be among custom, events, tools; 1 are not"),
        ("deadline", "30", "deadline: must be a finite number of seconds above 0, or None"),
        ("deadline", float("nan"), "deadline: must be a finite number of seconds above 0, or None"),
    ],
)
def test_a_wrong_option_is_refused_at_once(option: str, value: Any, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{told}$"):
        ToolOptions(**{option: value})
