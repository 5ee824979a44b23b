"""scripts/demo as a newcomer meets it: in a separate process, over real sockets."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import alli
import pytest
from alli_emulator import AppInput, AppRun, Emulator

from scripts.demo import may_run
from tests.scripts.readme import ROOT

COMMAND = [sys.executable, "-m", "scripts.demo"]


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without its settings for Alli, and with these."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ALLI_")} | settings


def run_demo(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The demo, run to its end."""
    return subprocess.run([*COMMAND, *arguments], env=environment(**settings), cwd=ROOT, capture_output=True, text=True)


def test_the_demo_shows_every_use_on_the_emulator() -> None:
    done = run_demo()
    assert (done.returncode, done.stderr) == (0, "")
    head, apps, run, stream, invoice, conversation, agent = re.split(r"^==> ", done.stdout, flags=re.MULTILINE)
    assert "the emulator" in head
    assert {"single_action", "agent", "campaign"} <= set(apps.split())

    words = re.search(r"passage of (\d+) words", run)
    assert words
    assert int(words[1]) >= 200
    answer = " ".join(run.splitlines()[1:-2]).split()
    streamed = " ".join(stream.splitlines()[1:-2]).split()
    assert len(answer) > 20
    assert streamed == answer
    pieces = re.search(r"in (\d+) pieces", stream)
    assert pieces
    assert int(pieces[1]) > 20

    assert "line 3, Monitor stand: stated 129.70, should be 119.70" in invoice
    assert "Laptop and Headset" in conversation
    assert "Ordered: 2 × Laptop and Headset" in conversation
    called = re.findall(r"the agent calls (\w+)\(", agent)
    assert [name.rpartition("_")[0] for name in called] == ["alli_summary", "alli_equipment_request"]
    assert "Error invoking tool" not in agent
    assert "Form to fill in" in agent
    assert "answer: I have asked 2 apps" in agent


def test_with_a_key_the_demo_asks_the_real_service_and_says_what_it_skips() -> None:
    with Emulator(builtin=False, pace=0) as service:

        @service.app(name="Echo", inputs=[AppInput("words", "Words", "paragraph")])
        def echo(run: AppRun) -> str:
            return f"{len(run.text_input('words').split())} words came"

        done = run_demo(ALLI_API_KEY=service.api_key, ALLI_BASE_URL=service.base_url)
        assert service.conversation  # the service was not stopped by the demo
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("This is the real service")
    assert done.stdout.count("240 words came") == 2
    assert done.stdout.count("skipped: this project has no") == 3
    assert service.api_key not in done.stdout


def test_of_a_service_elsewhere_only_apps_that_are_named_are_run() -> None:
    apps = [alli.App.from_dict({"id": one}) for one in ("a1", "a2")]
    for here in ("http://127.0.0.1:8730", "http://localhost:8730", "http://[::1]:8730"):
        assert may_run(apps, here, None) == apps
        assert may_run(apps, here, ["a2"]) == apps[1:]
    for elsewhere in ("https://backend.alli.ai", "https://127.0.0.1.example.com", "http://10.0.0.1"):
        assert may_run(apps, elsewhere, None) == []
        assert may_run(apps, elsewhere, ["a2", "a3"]) == apps[1:]


def test_apps_that_are_not_named_are_not_run() -> None:
    with Emulator(pace=0) as service:
        (summary,) = [app for app in service.apps if app.name == "Summary"]
        done = run_demo("--app", summary.id, ALLI_API_KEY=service.api_key, ALLI_BASE_URL=service.base_url)
        assert {request.app.id for request in service.requests if request.app} == {summary.id}
    assert done.returncode == 0
    assert done.stdout.count("skipped: this project has no") == 3


def test_a_step_that_fails_does_not_hide_the_others() -> None:
    with Emulator(pace=0) as service:
        service.fault(path_contains="/run", method="POST", status=403)
        done = run_demo(ALLI_API_KEY=service.api_key, ALLI_BASE_URL=service.base_url)
    assert done.returncode == 1
    assert "failed: apps.run: POST" in done.stdout
    assert "1 step failed" in done.stdout
    assert "answer: I have asked 2 apps" in done.stdout


def test_a_wrong_key_is_said_in_one_line() -> None:
    with Emulator() as service:
        done = run_demo(ALLI_API_KEY="wrong", ALLI_BASE_URL=service.base_url)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "ALLI_API_KEY" in done.stderr


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run_demo("--port", str(port))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"port {port}" in done.stderr
    assert "another program" in done.stderr


@pytest.fixture
def ctrl_c_counts() -> Iterator[None]:
    """Processes begun in the background ignore Ctrl-C, and so do their children; a handler of ours is not passed on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_counts")
def test_ctrl_c_ends_the_demo_without_a_traceback() -> None:
    with subprocess.Popen(
        [*COMMAND],
        env=environment(PYTHONUNBUFFERED="1"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout
        for line in demo.stdout:
            if line.startswith("==> client.apps.stream("):
                break
        demo.send_signal(signal.SIGINT)
        rest, errors = demo.communicate()
    assert demo.returncode == 130
    assert errors == ""
    assert rest.endswith("\nStopped.\n")


def test_a_reader_who_leaves_early_causes_no_traceback() -> None:
    with subprocess.Popen(
        [*COMMAND], env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout
        assert demo.stderr
        demo.stdout.readline()
        demo.stdout.close()
        assert demo.stderr.read() == ""
