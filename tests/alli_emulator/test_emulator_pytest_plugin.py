"""The fixture `alli` in the tests of a user."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.alli_emulator.their_tests import outcomes, run_pytest


def test_pytest_finds_the_fixture_by_itself() -> None:
    (found,) = (one for one in entry_points(group="pytest11") if one.name == "alli_emulator")
    assert found.value == "alli_emulator.pytest_plugin"


def test_the_fixture_is_a_running_emulator(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
from alli import Alli

def test_greeting(alli):
    @alli.app(type="campaign")
    def greeter(run):
        return f"Hello {run.message}"

    with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        assert client.apps.run(greeter.id, message="Desk").text == "Hello Desk"
    assert alli.requests[0].json["chat"] == {"message": "Desk"}

def test_each_test_has_its_own(alli):
    assert alli.requests == []
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_the_plugin_loads_nothing_until_the_fixture_is_asked_for(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
import sys

def test_light():
    assert not {"alli", "starlette", "uvicorn", "jsonschema_rs", "httpx"} & set(sys.modules)

def test_a_fixture_of_ones_own(alli):
    assert alli == "mine"

import pytest

@pytest.fixture
def alli():
    return "mine"
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["starlette", "uvicorn"])
def test_without_the_extra_only_tests_that_ask_for_the_fixture_fail(tmp_path: Path, module: str) -> None:
    test = "def test_other():\n    pass\n\ndef test_asks(alli):\n    pass\n"
    done = run_pytest(tmp_path, test, f"import sys; sys.modules[{module!r}] = None")
    assert "1 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "pip install 'alli-sdk[emulator]'" in done.stdout


def test_the_clients_are_of_the_emulator_and_the_environment_names_it(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
import os
import alli as package
from alli import Alli

def test_client(alli, alli_client, alli_server):
    alli_client.apps.list()
    assert [one.operation for one in alli.requests] == ["list_apps"]
    assert alli_server is alli

async def test_async_client(alli, alli_async_client):
    page = await alli_async_client.apps.list()
    assert len(page.items) == len(alli.apps)

def test_environment(alli_env):
    with Alli() as client:
        client.apps.list()
    assert len(alli_env.requests) == 1

def test_the_environment_is_as_before():
    assert "ALLI_API_KEY" not in os.environ
""",
        "import os",
        "os.environ.pop('ALLI_API_KEY', None)",
        configuration="[pytest]\nfilterwarnings = error\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n",
        plugins=("asyncio",),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_one_emulator_for_the_session_is_as_new_in_each_test(tmp_path: Path) -> None:
    done = run_pytest(
        tmp_path,
        """
import pytest

addresses = set()

@pytest.mark.parametrize("number", [1, 2, 3])
def test_shared(alli, alli_client, alli_session, number):
    assert alli is alli_session
    assert (alli.requests, alli.faults, len(alli.apps)) == ([], [], 5)
    addresses.add(alli.base_url)
    mine = alli.app(name="Mine")(lambda run: "x")
    alli.answer("GET", "/webapi/v2/cognitive_config", json={"by": "hand"})
    alli_client.apps.update(alli.apps[0].id, name="Renamed")
    assert alli_client.apps.run(mine.id, {"a": "b"}).text == "x"
    assert len(alli.apps) == 6

@pytest.mark.alli(profile="documented")
def test_arguments_give_one_of_its_own(alli, alli_session):
    assert alli is not alli_session

def test_findings_fail_here_too(alli):
    alli.fault(status=500)

def test_and_are_gone_in_the_next(alli, alli_client):
    assert alli_client.cognitive_config.get() == {}
    assert len(addresses) == 1
""",
        configuration="[pytest]\nfilterwarnings = error\nalli_scope = session\n",
    )
    assert done.returncode == 1
    assert {name: one.word for name, one in outcomes(tmp_path).items()} == {
        "test_shared[1]": "passed",
        "test_shared[2]": "passed",
        "test_shared[3]": "passed",
        "test_arguments_give_one_of_its_own": "passed",
        "test_findings_fail_here_too": "error",
        "test_and_are_gone_in_the_next": "passed",
    }


def test_a_misspelt_scope_is_refused(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "def test_it(alli):\n    pass\n", configuration="[pytest]\nalli_scope = sesion\n")
    assert "alli_scope must be test or session, not 'sesion'" in done.stdout


def test_the_fixture_can_be_named_otherwise(tmp_path: Path) -> None:
    conftest = "import pytest\n\n@pytest.fixture\ndef service(alli):\n    return alli\n"
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    test = "import alli\n\ndef test_it(service):\n    service.fault(status=500)\n    assert alli.Alli\n"
    done = run_pytest(tmp_path, test)
    assert "faults met no request" in done.stdout
