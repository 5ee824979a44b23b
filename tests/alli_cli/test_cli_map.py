"""`alli map`: every row of a table through an app, from a terminal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from alli_emulator import AppInput, AppRun, Emulator

from tests.alli_cli.conftest import Terminal


def table(folder: Path, name: str, content: str) -> str:
    path = folder / name
    path.write_text(content, "utf-8")
    return str(path)


def answers(out: Path) -> list[str]:
    return [
        entry["text"]
        for line in out.read_text("utf-8").splitlines()
        if (entry := json.loads(line)).get("status") == "ok"
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", 'text\na\n"b, with a comma"\n'),
        ("rows.CSV", '\ufefftext\na\n"b, with a comma"\n'),
        ("rows.jsonl", '{"text": "a"}\n\n{"text": "b, with a comma"}\n'),
    ],
)
@pytest.mark.usefixtures("ran")
def test_every_row_is_run_and_its_answer_is_in_the_file(
    terminal: Terminal, tmp_path: Path, name: str, content: str
) -> None:
    out = tmp_path / "out.jsonl"
    done = terminal.run("map", "Shout", table(tmp_path, name, content), "--out", str(out), "--concurrency", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 of 2 rows are done now" in done.stdout
    assert sorted(answers(out)) == ["A", "B, WITH A COMMA"]


def test_the_same_file_goes_on_and_the_status_says_whether_all_is_done(
    terminal: Terminal, ran: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    rows = table(tmp_path, "rows.csv", "text\na\nbad\nc\n")
    first = terminal.process("map", "Shout", rows, "--out", str(out), "--json")
    again = terminal.process("map", "Shout", rows, "--out", str(out), "--json")
    assert (first.returncode, again.returncode) == (1, 1)
    assert json.loads(first.stdout) | {"out": ""} == {
        "rows": 3,
        "ok": 2,
        "earlier": 0,
        "failed": 1,
        "unknown": 0,
        "errors": {"AppError": 1},
        "out": "",
        "stopped": None,
    }
    assert json.loads(again.stdout)["earlier"] == 2
    assert sorted(ran) == ["a", "bad", "bad", "c"]


@pytest.mark.usefixtures("ran")
def test_a_conversational_app_gets_the_column_message(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    rows = table(tmp_path, "rows.csv", "id,message\n1,Hello\n2,Bye\n")
    done = terminal.run("map", "Talk", rows, "--out", str(out), "--key", "id")
    assert done.returncode == 0, done.stderr
    assert sorted(answers(out)) == ["Bye to you", "Hello to you"]
    assert '"key": "2"' in out.read_text("utf-8")


def test_a_cell_is_a_file_only_where_the_column_is_named(terminal: Terminal, service: Emulator, tmp_path: Path) -> None:
    @service.app(name="Size", inputs=[AppInput("document", "Document", input_type="document_basic"), AppInput("text")])
    def size(run: AppRun) -> str:
        return f"{sum(len(file.read()) for file in run.files)} {run.text_input('text')}"

    secret = tmp_path / "secret.txt"
    secret.write_text("12345")
    out = tmp_path / "out.jsonl"
    rows = table(tmp_path, "rows.csv", f"document,text\n{secret},@{secret}\n")
    done = terminal.run("map", "Size", rows, "--out", str(out), "-f", "document")
    assert done.returncode == 0, done.stderr
    assert answers(out) == [f"5 @{secret}"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            "id,txt\n1,a\n",
            "columns 'id', 'txt' are not among the app's inputs, which are text; remove them, or name the one",
        ),
        (" text \na\n", "column ' text ' is not among the app's inputs"),
        ("text;tone\na;b\n", "the header has one column, and a semicolon in it; separate columns with commas"),
        ("text,text\na,b\n", "two columns are called text"),
    ],
)
def test_columns_that_the_app_does_not_know_are_refused_before_anything_runs(
    terminal: Terminal, ran: list[str], tmp_path: Path, content: str, words: str
) -> None:
    done = terminal.run("map", "Shout", table(tmp_path, "rows.csv", content), "--out", str(tmp_path / "out.jsonl"))
    assert (done.returncode, ran) == (2, [])
    assert words in done.stderr


def test_the_column_that_names_a_row_is_not_sent(terminal: Terminal, ran: list[str], tmp_path: Path) -> None:
    rows = table(tmp_path, "rows.csv", "id,text\nr-1,a\n")
    done = terminal.run("map", "Shout", rows, "--out", str(tmp_path / "out.jsonl"), "--key", "id")
    assert (done.returncode, ran) == (0, ["a"])
    assert '"key": "r-1"' in (tmp_path / "out.jsonl").read_text("utf-8")


def test_a_column_that_names_no_row_is_refused_with_those_there_are(
    terminal: Terminal, ran: list[str], tmp_path: Path
) -> None:
    rows = table(tmp_path, "rows.csv", "id,text\nr-1,a\n")
    done = terminal.run("map", "Shout", rows, "--out", str(tmp_path / "out.jsonl"), "--key", "number")
    assert (done.returncode, ran) == (2, [])
    assert "nothing in the column 'number', which --key names; it has: id, text" in done.stderr


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ('{"id": "r-1", "text": "a"}', "row 5 has in the column 'id', which --key names, what an earlier row has"),
        ('{"id": "", "text": "a"}', "a row has nothing in the column 'id'"),
        ('{"id": "r-5", "txt": "a"}', "column 'txt' is not among the app's inputs"),
    ],
    ids=["key twice", "no key", "column"],
)
def test_a_mistake_in_the_last_row_is_refused_before_anything_runs(
    terminal: Terminal, ran: list[str], tmp_path: Path, last: str, words: str
) -> None:
    lines = [*(f'{{"id": "r-{number}", "text": "a"}}' for number in range(4)), last]
    rows = table(tmp_path, "rows.jsonl", "\n".join(lines))
    options = ["--out", str(tmp_path / "out.jsonl"), "--key", "id", "--concurrency", "1"]
    done = terminal.run("map", "Shout", rows, *options)
    assert (done.returncode, ran) == (2, [])
    assert words in done.stderr


@pytest.mark.parametrize("out", ["missing/out.jsonl", "rows.csv"])
def test_a_file_that_can_not_hold_the_answers_is_one_line_and_status_2(
    terminal: Terminal, ran: list[str], tmp_path: Path, out: str
) -> None:
    rows = table(tmp_path, "rows.csv", "text\na\n")
    done = terminal.run("map", "Shout", rows, "--out", str(tmp_path / out))
    assert (done.returncode, ran) == (2, [])
    assert len(done.stderr.splitlines()) <= 3
    assert "Traceback" not in done.stderr


def test_stopping_early_says_why_and_exits_with_1(terminal: Terminal, ran: list[str], tmp_path: Path) -> None:
    rows = table(tmp_path, "rows.csv", "text\n" + "bad\n" * 30)
    done = terminal.run(
        "map", "Shout", rows, "--out", str(tmp_path / "out.jsonl"), "--stop-after", "2", "--concurrency", "1"
    )
    assert done.returncode == 1
    assert "stop_after=2" in done.stderr
    assert len(ran) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for another process")
def test_ctrl_c_says_how_to_go_on_and_exits_with_130(terminal: Terminal, service: Emulator, tmp_path: Path) -> None:
    called, go_on = threading.Event(), threading.Event()

    @service.app(name="Wait", inputs=[AppInput("text", "Text")])
    def wait(run: AppRun) -> str:
        if run.text_input("text") == "b":
            called.set()
            go_on.wait(20)
        return "done"

    # A job in the background may have been started without Ctrl-C.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from alli_cli import main; sys.exit(main())"
    )
    rows, out = table(tmp_path, "rows.csv", "text\na\nb\nc\n"), str(tmp_path / "out.jsonl")
    arguments = ["map", "Wait", rows, "--out", out, "--concurrency", "1"]
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], env=terminal.environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert called.wait(20)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[1]
        go_on.set()
    assert process.returncode == 130
    assert said == "alli: stopped after 1 row; the same command continues with the others\n"
    assert "1 was done before" in terminal.run(*arguments).stdout


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rows.txt", "text\na\n", "rows.txt: a table must end in .csv, .jsonl"),
        ("rows.csv", "text,other\na\n", "rows.csv:2: the row has 1 cell, and the header 2"),
        ("rows.csv", "text\n\na,b\n", "rows.csv:3: the row has 2 cells, and the header 1"),
        ("rows.jsonl", '{"text": "a"}\n[1]\n', "rows.jsonl:2: the line must be a JSON object"),
        ("rows.jsonl", "[" * 100_000, "rows.jsonl:1: the line must be a JSON object"),
        ("rows.csv", "text\n\udce9\n", "rows.csv is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_a_table_that_can_not_be_read_is_refused_before_anything_runs(
    terminal: Terminal, ran: list[str], tmp_path: Path, name: str, content: str, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    done = terminal.run("map", "Shout", str(path), "--out", str(tmp_path / "out.jsonl"))
    assert done.returncode == 2
    assert words in done.stderr
    assert ran == []


def test_a_cell_may_be_a_whole_report(terminal: Terminal, ran: list[str], tmp_path: Path) -> None:
    report = "word " * 100_000
    done = terminal.run("map", "Shout", table(tmp_path, "rows.csv", f"text\n{report}\n"), "--out", str(tmp_path / "o"))
    assert (done.returncode, ran) == (0, [report])


@pytest.mark.usefixtures("ran")
def test_the_summary_says_why_rows_failed_without_their_texts(
    terminal: Terminal, service: Emulator, tmp_path: Path
) -> None:
    (app,) = [app for app in service.apps if app.name == "Shout"]
    service.fault(app=app, status=504, times=1)
    rows = table(tmp_path, "rows.csv", "text\na\nbad\nbad\nc\n")
    done = terminal.run("map", "Shout", rows, "--out", str(tmp_path / "out.jsonl"), "--concurrency", "1")
    assert done.returncode == 1
    assert "1 of 4 rows is done now; " in done.stdout
    assert "2 rows failed; the same command sends them again." in done.stdout
    assert "1 row may have run without an answer; look at it" in done.stdout
    assert "  2 × AppError" in done.stdout
    assert "  1 × InternalServerError 504" in done.stdout
    assert "no luck" not in done.stdout
    again = terminal.run("map", "Shout", rows, "--out", str(tmp_path / "out.jsonl"), "--json")
    errors = json.loads(again.stdout)["errors"]
    assert sorted(errors.values()) == [1, 2]
    assert errors["sent before, without an answer"] == 1


@pytest.mark.usefixtures("ran")
def test_one_row_is_one_row(terminal: Terminal, tmp_path: Path) -> None:
    rows = table(tmp_path, "rows.csv", "text\na\n")
    done = terminal.run("map", "Shout", rows, "--out", str(tmp_path / "out.jsonl"))
    assert done.stdout.startswith("1 of 1 row is done now; ")
    assert (
        "0 of 1 row are done now, 1 was done before; "
        in terminal.run("map", "Shout", rows, "--out", str(tmp_path / "out.jsonl")).stdout
    )


@pytest.mark.usefixtures("ran")
def test_a_row_that_is_done_within_a_tick_of_the_clock_counts(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coarse = SimpleNamespace(monotonic=lambda: 1.0, perf_counter=time.perf_counter)
    monkeypatch.setattr("alli_cli.mapping.time", coarse)
    rows = table(tmp_path, "rows.csv", "text\na\n")
    assert terminal.run("map", "Shout", rows, "--out", str(tmp_path / "out.jsonl")).returncode == 0
