"""What is loaded when: importing the package costs next to nothing, and each call loads what it needs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.answers import answering
from tests.programs import printed_by
from tests.servers import ScriptedServer

HEAVY = (
    "httpx",
    "httpcore",
    "anyio",
    "attr",
    "attrs",
    "asyncio",
    "ssl",
    "langchain_core",
    "starlette",
    "alli_emulator",
)
"""What `import alli` must not load. The last three are not dependencies of it at all."""


def loaded_by(program: str, *arguments: str) -> set[str]:
    """Names of the modules that `program` adds to those of a bare interpreter."""
    wrapped = (
        f"import sys, json\nbefore = set(sys.modules)\n{program}\nprint(json.dumps(sorted(set(sys.modules) - before)))"
    )
    return set(json.loads(printed_by(wrapped, *arguments, options=("-W", "error")).splitlines()[-1]))


def heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] in HEAVY}


def models(modules: set[str]) -> set[str]:
    prefix = "alli.raw.models."
    return {name.removeprefix(prefix) for name in modules if name.startswith(prefix)}


def test_importing_the_package_loads_neither_the_http_library_nor_a_model() -> None:
    modules = loaded_by("import alli")
    assert heavy(modules) == set()
    assert {name for name in modules if name.startswith("alli")} == {"alli"}


@pytest.mark.parametrize("name", ["Alli", "AsyncAlli", "AlliError", "RetryPolicy", "Timeout", "RunResult"])
def test_importing_a_name_loads_neither_the_http_library_nor_a_model(name: str) -> None:
    modules = loaded_by(f"from alli import {name}")
    assert heavy(modules) == set()
    assert models(modules) == set()
    assert len(modules) <= 120


def test_the_first_client_loads_the_http_library_and_no_model_and_no_event_loop() -> None:
    # The HTTP library loads trio and rich where they are installed, as they are for other tests, and trio and an old rich load attrs.
    program = "import sys; sys.modules['trio'] = sys.modules['rich'] = None; from alli import Alli; Alli(api_key='k')"
    modules = loaded_by(program)
    assert "httpx" in modules
    assert models(modules) == set()
    assert heavy(modules) & {"attr", "attrs", "asyncio", "langchain_core", "starlette", "alli_emulator"} == set()
    # What only calls, answers and streams need waits for them.
    assert not modules & {
        "alli._calls.middleware",
        "alli._stream.run_stream",
        "alli.results",
        "alli.events",
        "alli._json.draftjs",
        "alli.pagination",
    }


def test_a_client_that_cannot_be_made_loads_no_http_library() -> None:
    modules = loaded_by("import alli\ntry: alli.Alli(api_key='k', base_url='ftp://x')\nexcept alli.AlliError: pass")
    assert heavy(modules) == set()


def test_a_call_loads_the_models_of_its_answer_alone() -> None:
    answer = answering(200, b'{"id": "a1", "agentPermission": {}}')

    program = "import alli\nwith alli.Alli(api_key='k', base_url=sys.argv[1]) as client: client.apps.get('a1')"
    with ScriptedServer(answer) as server:
        modules = loaded_by(program, server.url)
    app = {"app", "app_agent_access", "app_agent_permission", "app_permission_group_access", "app_user_permission"}
    # The request builder names the model of the error answers.
    assert models(modules) <= app | {"error", "error_info", "error_name"}
    assert not modules & {"alli._stream.run_stream", "alli.results", "alli._json.draftjs", "asyncio"}


def test_making_the_http_library_wait_does_not_hide_what_is_wrong_with_a_client() -> None:
    program = "import alli\ntry: alli.Alli()\nexcept alli.ConfigurationError as error: print(error)\nelse: raise SystemExit(1)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})
    assert "no API key: set the environment variable ALLI_API_KEY" in done.stdout
