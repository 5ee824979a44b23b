"""What a fault may hold: one that would do nothing, or something else than was meant, is refused where it is set."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from alli_emulator import Emulator
from alli_emulator.faults.fault import DEFAULT_ERROR, Fault

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


@pytest.mark.parametrize(
    ("argument", "told"),
    [("statos", "fault: there is no argument 'statos'; did you mean 'status'?"), ("zzz", "'zzz'; it takes method, ")],
)
def test_a_misspelt_argument_is_told_with_the_nearest(alli: Emulator, argument: str, told: str) -> None:
    with pytest.raises(TypeError, match=re.escape(told)):
        alli.fault(**{argument: 500})
    assert alli.faults == []


def test_all_that_is_wrong_is_told_at_once(alli: Emulator) -> None:
    with pytest.raises(ValueError, match="fault.status must be integer or null; fault.cut must be one of close"):
        alli.fault(status="500", cut="abruptly")


def test_a_right_fault_is_set(alli: Emulator) -> None:
    echo = alli.app(name="Echo")(lambda run: run.message)
    alli.fault(app=echo, status=503, headers={"Retry-After": "1"}, body=b"x", times=None, final_replaced_message=False)
    alli.fault(app="Echo", cut_after=0, cut="reset", error_record={"errors": [1]}, framing="pretty", write_pause=0.5)
    assert len(alli.faults) == 2


@pytest.mark.parametrize(
    ("fault", "body", "media_type"),
    [
        (Fault(status=204), b"", "application/json"),
        (Fault(status=399), b"", "application/json"),
        (Fault(), b"", "application/json"),
        (Fault(status=400), DEFAULT_ERROR, "application/json"),
        (Fault(status=404, body={"a": [1]}), {"a": [1]}, "application/json"),
        (Fault(status=404, body="<p>"), b"<p>", "text/html"),
        (Fault(status=404, body=b"{}"), b"{}", "application/octet-stream"),
    ],
)
def test_a_scripted_body_has_the_type_that_fits_it(fault: Fault, body: object, media_type: str) -> None:
    given, given_type = fault.scripted_body()
    assert (given if isinstance(body, bytes) else json.loads(given), given_type) == (body, media_type)


def test_a_fault_shows_no_body() -> None:
    shown = repr(Fault(status=500, body="SECRET", error_record={"errors": "SECRET"}, final_replaced_message="SECRET"))
    assert "status=500" in shown and "SECRET" not in shown


def test_what_no_request_can_meet_is_refused_with_what_is_near_and_what_there_is(alli: Emulator) -> None:
    alli.app(name="Echo")(lambda run: run.message)
    names = ", ".join(app.name for app in alli.apps)
    for wanted, hint in (("Ecko", " (did you mean 'Echo'?)"), ("Nothing like it", "")):
        with pytest.raises(
            ValueError,
            match=f"^{re.escape(f'fault.app: no app has the id or name {wanted!r}{hint}; apps are {names}')}$",
        ):
            alli.fault(app=wanted)
    for path, hint in (("/conversatons", r" \(did you mean 'conversations'.*\?\)"), ("/zzzz", "")):
        with pytest.raises(
            ValueError,
            match=rf"^fault\.path_contains: no GET request can have '{path}' in its path{hint}; paths are /",
        ):
            alli.fault(path_contains=path, method="GET")
    with pytest.raises(ValueError, match=r"^fault\.method: no path has the method BREW$"):
        alli.fault(method="BREW")
    assert alli.faults == []
