"""`alli apps` and `alli run`: what they print, what they send, and how they end."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alli_emulator import AppInput, AppRun, Emulator, Reply

from tests.alli_cli.conftest import KEY, Terminal


def posts(service: Emulator) -> list[str]:
    return [request.path for request in service.requests if request.method == "POST"]


def test_apps_are_a_table_with_the_whole_id(terminal: Terminal, service: Emulator) -> None:
    done = terminal.process("apps")
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["id", "type", "name", "description"]
    assert [row.split()[0] for row in rows] == [app.id for app in service.apps]


def test_apps_can_be_filtered(terminal: Terminal) -> None:
    done = terminal.run("apps", "--type", "campaign")
    assert "Equipment request" in done.stdout
    assert "Summary" not in done.stdout


def test_a_filter_that_no_app_passes_is_not_an_empty_table(terminal: Terminal) -> None:
    done = terminal.run("apps", "--type", "campain")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "alli: no app matches; --all also lists those that are not published\n"


def test_apps_as_json_are_one_object_per_line(terminal: Terminal, service: Emulator) -> None:
    done = terminal.run("apps", "--json")
    assert [json.loads(line)["name"] for line in done.stdout.splitlines()] == [app.name for app in service.apps]


def test_an_app_runs_by_its_id_or_its_exact_name(terminal: Terminal, service: Emulator, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Noon was when the sun stood highest.", "utf-8")
    (summary,) = [app for app in service.apps if app.name == "Summary"]
    for wanted in ("Summary", summary.id):
        done = terminal.run("run", wanted, "-i", f"text=@{text}", "-i", "tone=plain")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.strip() == "Noon was when the sun stood highest."


@pytest.mark.parametrize("wanted", ["Summery", "summary", "1", ""])
def test_no_app_is_guessed(terminal: Terminal, service: Emulator, wanted: str) -> None:
    done = terminal.run("run", wanted, "-i", "text=x")
    assert done.returncode == 2
    near = "did you mean 'Summary'? " if wanted.lower().startswith("summ") else ""
    assert done.stderr == f"alli: no app has the id or the name {wanted!r}; {near}`alli apps` lists them all\n"
    assert posts(service) == []


def test_of_two_apps_with_one_name_none_is_run(terminal: Terminal, service: Emulator) -> None:
    ids = ["TExNQXBwOjE=", "TExNQXBwOjI="]
    for id in ids:
        service.app(name="Twin", id=id)(lambda _run: "ran")
    done = terminal.process("run", "Twin", "-m", "x")
    assert done.returncode == 2
    assert all(id in done.stderr for id in ids)
    assert posts(service) == []


def test_a_stream_prints_the_answer_once_and_says_what_was_replaced(terminal: Terminal, service: Emulator) -> None:
    @service.app(name="Doubt")
    def doubt(_run: AppRun):  # type: ignore[no-untyped-def]
        yield "It is "
        yield "four."
        yield Reply(new_message=True, text="Or five.", replacement="Or six.")

    done = terminal.process("run", "Doubt", "-m", "two and two?", "--stream")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("It is four.\n\nOr five.")
    assert done.stdout.endswith("(the app replaced this by:)\nOr six.\n")


def test_a_stream_as_json_is_one_event_per_line(terminal: Terminal) -> None:
    done = terminal.run("run", "Summary", "-i", "text=Noon was when the sun stood highest.", "--stream", "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["type"] for event in (events[0], events[-1])] == ["conversation.started", "completed"]
    assert "".join(event["text"] for event in events if event["type"] == "text.delta") == events[-1]["result"]["text"]


def test_a_result_as_json_has_the_text_and_the_messages(terminal: Terminal) -> None:
    done = terminal.run("run", "Summary", "-i", "text=Noon was when the sun stood highest.", "--json")
    result = json.loads(done.stdout)
    assert result["text"] == "Noon was when the sun stood highest."
    assert result["conversation_id"]
    assert [message["text"] for message in result["messages"]] == [result["text"]]


def test_a_document_goes_as_a_file_and_a_conversation_takes_files_and_goes_on(
    terminal: Terminal, service: Emulator, tmp_path: Path
) -> None:
    @service.app(name="Reader", inputs=[AppInput("contract", "Contract", "document_basic")])
    def read(run: AppRun) -> str:
        return " ".join(f"{file.variable}:{file.filename}:{file.read().decode()}" for file in run.files)

    @service.app(name="Clerk", type="agent")
    def clerk(run: AppRun) -> str:
        run.conversation.memory["turns"] = turns = int(run.conversation.memory.get("turns", 0)) + 1
        return f"{turns} {run.message} {len(run.files)} {run.user_id}"

    lease = tmp_path / "lease.txt"
    lease.write_text("May", "utf-8")
    assert terminal.run("run", "Reader", "-i", f"contract=@{lease}").stdout == "contract:lease.txt:May\n"
    first = json.loads(
        terminal.run("run", "Clerk", "-m", "Hello", "-f", str(lease), "--user", "emp-7", "--json").stdout
    )
    assert first["text"] == "1 Hello 1 emp-7"
    again = terminal.run("run", "Clerk", "-m", "Again", "--conversation", first["conversation_id"], "--user", "emp-7")
    assert again.stdout == "2 Again 0 emp-7\n"


def test_a_plain_at_sign_is_written_twice(terminal: Terminal, service: Emulator) -> None:
    service.app(name="Echo", inputs=["text"])(lambda run: run.text_input("text"))
    assert terminal.run("run", "Echo", "-i", "text=@@home").stdout == "@home\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-i", "txt=x"], "the app has no input txt; it has: text, tone"),
        (["-i", "text"], "-i takes name=value"),
        (["-i", "text=a", "-i", "text=b"], "-i text=… is there twice"),
        (["-i", "text=@missing.txt"], "-i text=@…: there is no such file"),
        (["--strem"], "No such option"),
    ],
    ids=["unknown input", "no value", "twice", "no file", "unknown option"],
)
def test_a_wrong_command_line_ends_with_2_and_runs_nothing(
    terminal: Terminal, service: Emulator, arguments: list[str], said: str
) -> None:
    done = terminal.run("run", "Summary", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert posts(service) == []


def test_an_app_that_refuses_ends_with_1(terminal: Terminal) -> None:
    done = terminal.process("run", "Summary", "-i", "text=x", "-i", "tone=loud")
    assert done.returncode == 1
    assert "tone must be one of plain, bullets, brief" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_that_may_have_happened_ends_with_3(terminal: Terminal, service: Emulator) -> None:
    service.fault(path_contains="/run", drop=True)
    done = terminal.process("run", "Summary", "-i", "text=x")
    assert done.returncode == 3
    assert "may have" in done.stderr
    assert len(posts(service)) == 1


def test_a_missing_key_is_said_in_one_line(terminal: Terminal) -> None:
    done = terminal.run("apps", ALLI_API_KEY="")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "ALLI_API_KEY" in done.stderr


def test_a_reader_that_stops_early_is_no_error(terminal: Terminal) -> None:
    shell = f"{sys.executable} -m alli_cli apps --json | head -n 1; echo ${{PIPESTATUS[0]}}"
    bash = shutil.which("bash") or pytest.skip("no bash")
    done = subprocess.run([bash, "-c", shell], env=terminal.environment, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.endswith("}\n0\n")


def test_completion_offers_the_commands(terminal: Terminal) -> None:
    done = terminal.process(_ALLI_COMPLETE="complete_bash", COMP_WORDS="alli ", COMP_CWORD="1")
    assert set(done.stdout.split()) >= {"doctor", "apps", "run"}


def test_the_version_is_that_of_the_package(terminal: Terminal) -> None:
    from alli import __version__

    assert terminal.process("--version").stdout == f"alli-sdk {__version__}\n"


def test_the_package_says_what_the_command_is_called_and_how_to_get_it() -> None:
    from alli import __version__

    done = subprocess.run([sys.executable, "-m", "alli"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        f"alli-sdk {__version__}: the command line is `alli`, or `python -m alli_cli`. "
        "It needs the extra `cli`: pip install 'alli-sdk[cli]'.\n"
    )


def test_without_the_extra_the_command_says_what_to_install() -> None:
    program = "import sys; sys.modules['typer'] = None; from alli_cli import main; sys.exit(main(['apps']))"
    hidden = (
        "import importlib.util as u; f = u.find_spec; u.find_spec = lambda n, *a: None if n == 'typer' else f(n, *a); "
    )
    done = subprocess.run([sys.executable, "-c", hidden + program], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "alli: this needs typer: pip install 'alli-sdk[cli]'\n"


def test_the_key_is_in_no_output_even_when_the_service_repeats_it(terminal: Terminal, service: Emulator) -> None:
    service.fault(path_contains="/apps", status=400, body={"message": f"no such key: {KEY}"})
    assert "no such key: ***" in terminal.process("apps").stderr


def test_an_app_with_inputs_is_not_run_without_any(terminal: Terminal, service: Emulator) -> None:
    done = terminal.run("run", "Summary")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Summary takes inputs: text, tone; pass them with -i name=value" in done.stderr
    assert posts(service) == []


def test_an_answer_without_text_is_not_an_empty_line(terminal: Terminal, service: Emulator) -> None:
    service.app(name="Mute")(lambda _run: "")
    done = terminal.run("run", "Mute")
    assert (done.returncode, done.stdout) == (0, "")
    assert "the app answered without text" in done.stderr
