"""A local Alli service for demos and tests: a real HTTP server, no network.

    from alli import Alli
    from alli_emulator import Emulator

    with Emulator() as alli:
        client = Alli(api_key=alli.api_key, base_url=alli.base_url)

`python -m alli_emulator --port 8730` serves the same from a terminal. Needs the extra: pip install 'alli-sdk[emulator]'.
Apps are Python functions, see `alli_emulator.apps.model`; errors on demand are in `alli_emulator.faults.fault`, and
`alli_emulator.http.control` gives both errors and the log of requests to programs in other languages. In pytest the fixture
`alli` is a running emulator.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alli_emulator.apps.conversations import Chat, Conversation
    from alli_emulator.apps.decorator import app
    from alli_emulator.apps.model import (
        App,
        AppFailure,
        AppFile,
        AppInput,
        AppInputOption,
        AppRun,
        Citation,
        FormField,
        Handler,
        Reply,
        Step,
    )
    from alli_emulator.contract.problems import Problem, Violation
    from alli_emulator.emulator import Emulator
    from alli_emulator.extra import MissingExtraError
    from alli_emulator.faults.fault import Fault
    from alli_emulator.recording.cassette import RecordingError
    from alli_emulator.requests.record import FormPart, RequestRecord
    from alli_emulator.runs.latency import Latency
    from alli_emulator.vcr import vcr_config

__all__ = [
    "App",
    "AppFailure",
    "AppFile",
    "AppInput",
    "AppInputOption",
    "AppRun",
    "Chat",
    "Citation",
    "Conversation",
    "Emulator",
    "Fault",
    "FormField",
    "FormPart",
    "Handler",
    "Latency",
    "MissingExtraError",
    "Problem",
    "Reply",
    "RecordingError",
    "RequestRecord",
    "Step",
    "Violation",
    "app",
    "vcr_config",
]

_HOMES = {
    "apps.decorator": "app",
    "apps.model": "App AppFailure AppFile AppInput AppInputOption AppRun Citation FormField Handler Reply Step",
    "apps.conversations": "Chat Conversation",
    "recording.cassette": "RecordingError",
    "runs.latency": "Latency",
    "requests.record": "FormPart RequestRecord",
    "extra": "MissingExtraError",
    "faults.fault": "Fault",
    "emulator": "Emulator",
    "contract.problems": "Problem Violation",
    "vcr": "vcr_config",
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

if not TYPE_CHECKING:
    # Names are looked up when they are asked for: without the extra, `python -m alli_emulator` can then say in one line
    # what to install (test_without_the_extra_the_error_gives_the_pip_command).
    def __dir__() -> list[str]:
        return sorted(__all__)

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        extra = import_module("alli_emulator.extra")
        if _MODULE_OF[name] != "extra":
            extra.require_extra()
        return getattr(import_module(f"alli_emulator.{_MODULE_OF[name]}"), name)
