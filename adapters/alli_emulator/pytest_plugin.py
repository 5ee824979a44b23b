"""The pytest fixture `alli`: an emulator per test, and a failed test where it had to break the spec.

    def test_my_program(alli):
        @alli.app(type="campaign")
        def greeter(run):
            return f"Hello {run.message}"

        client = Alli(api_key=alli.api_key, base_url=alli.base_url)
        assert client.apps.run(greeter.id, message="Desk").text == "Hello Desk"

pytest finds it by itself (entry point `pytest11`) wherever alli-sdk is installed, so it loads nothing before a test
asks for the fixture. Without the extra such a test fails with the command that installs it. A fixture `alli` of your
own takes the place of this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from alli_emulator.emulator import Emulator

__all__ = ["alli"]


@pytest.fixture
def alli() -> Iterator[Emulator]:
    """A running `Emulator` with the built-in apps, without pauses in its streams; stopped after the test.

    The test fails at its end where an answer broke the spec, which only an app of one's own can bring about.
    """
    from alli_emulator import Emulator

    with Emulator(pace=0) as emulator:
        yield emulator
    if emulator.violations:
        told = "\n".join(f"  {violation}" for violation in emulator.violations)
        pytest.fail(f"answers of the emulator's apps broke the spec:\n{told}", pytrace=False)
