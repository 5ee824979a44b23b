"""What a fault may hold: one that would do nothing, or something else than was meant, is refused where it is set."""

from __future__ import annotations

from typing import Any

import pytest
from alli_emulator import Emulator

WRONG: dict[str, Any] = {
    "cut": "abruptly",
    "framing": "sse",
    "status": 99,
    "times": 0,
    "delay": -1,
    "write_bytes": 0,
    "write_pause": -0.1,
    "cut_after": -1,
    "cut_head_after": -1,
    "stall_after": -1,
    "error_after": -1,
    "final_replaced_message": True,
    "headers": {"Retry-After": 1},
    "path_contains": None,
}


@pytest.mark.parametrize("argument", WRONG)
def test_an_argument_outside_what_it_may_be_is_refused_and_sets_nothing(alli: Emulator, argument: str) -> None:
    with pytest.raises(ValueError, match=rf"^fault\.{argument}[ .]") as raised:
        alli.fault(**{argument: WRONG[argument]})
    assert alli.faults == []
    assert "abruptly" not in str(raised.value)


def test_all_that_is_wrong_is_told_at_once(alli: Emulator) -> None:
    with pytest.raises(ValueError, match="fault.status must be integer or null; fault.cut must be one of close"):
        alli.fault(status="500", cut="abruptly")


def test_a_right_fault_is_set(alli: Emulator) -> None:
    echo = alli.app(name="Echo")(lambda run: run.message)
    alli.fault(app=echo, status=503, headers={"Retry-After": "1"}, body=b"x", times=None, final_replaced_message=False)
    alli.fault(app="Echo", cut_after=0, cut="reset", error_record={"errors": [1]}, framing="pretty", write_pause=0.5)
    assert len(alli.faults) == 2
