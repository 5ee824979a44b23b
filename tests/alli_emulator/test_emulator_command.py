"""`python -m alli_emulator`: what it prints, what it serves, and what it says where it can't."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.alli_emulator.commands import read_until


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)


def test_the_terminal_prints_address_and_key_and_ends_on_ctrl_c() -> None:
    command = [sys.executable, "-W", "error", "-m", "alli_emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        shown = read_until(process, "Ctrl-C")
        url = re.findall(r"ALLI_BASE_URL=(\S+)", shown)[0]
        key = re.findall(r"ALLI_API_KEY=(\S+)", shown)[0]
        apps = httpx.get(url + "/webapi/v2/apps", headers={"API-KEY": key}).json()["apps"]
        assert all(app["id"] in shown and app["name"] in shown for app in apps)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stderr.read() == ""


MY_APPS = """
from alli_emulator import AppFailure, app
from beside import WORD

@app(inputs=["text"])
def shout(run):
    return run.text_input("text").upper() + WORD

@app(name="숫자", type="campaign")
async def fails(run):
    raise AppFailure("no")
"""


def test_the_terminal_serves_apps_from_a_file_in_a_profile_with_a_line_per_request(tmp_path: Path) -> None:
    (tmp_path / "my_apps.py").write_text(MY_APPS, encoding="utf-8")
    (tmp_path / "beside.py").write_text("WORD = '!'", encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "alli_emulator", "--port", "0", "--api-key", "k3y"]
    command += ["--apps", str(tmp_path / "my_apps.py"), "--profile", "documented"]
    # A terminal that can't show Korean.
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        shown = read_until(process, "Ctrl-C")
        url = re.findall(r"ALLI_BASE_URL=(\S+)", shown)[0]
        with httpx.Client(base_url=url, headers={"API-KEY": "k3y"}, verify=False) as http:
            ids = {app["name"]: app["id"] for app in http.get("/webapi/v2/apps").json()["apps"]}
            run = http.post(f"/webapi/apps/{ids['shout']}/run", json={"inputs": {"text": "private"}})
            assert run.json()["result"]["responses"][0]["message"] == "PRIVATE!"
            assert http.post(
                f"/webapi/v2/apps/{quote(ids['숫자'])}/run_conversation", files={"a": (None, "b")}
            ).is_success
            assert http.get("/webapi/v2/apps", headers={"API-KEY": "wr0ng"}).json()["code"] == 7001
        process.send_signal(signal.SIGTERM)
        log, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    lines = log.splitlines()
    shape = r"\d\d:\d\d:\d\d  (\d+)  (\w+) +(\S+)  \d+ ms"
    assert [re.fullmatch(shape, line).groups() for line in lines] == [  # type: ignore[union-attr]
        ("200", "GET", "/webapi/v2/apps"),
        ("200", "POST", "/webapi/apps/<shout>/run"),
        ("200", "POST", "/webapi/v2/apps/<\\uc22b\\uc790>/run_conversation"),
        ("403", "GET", "/webapi/v2/apps"),
    ]
    assert not any(secret in log for secret in ("k3y", "wr0ng", "private", "PRIVATE"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("nowhere.py", None, "no such file"),
        ("empty.py", "x = 1", "no app in it"),
        ("apps.txt", "x = 1", "must end in .py"),
        ("wrong.py", "from alli_emulator import app\n@app(type='nope')\ndef f(run): ...", "wrong.py: "),
    ],
)
def test_a_file_without_apps_is_told_in_one_line(tmp_path: Path, name: str, content: str | None, told: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    ended = run_python("-m", "alli_emulator", "--port", "0", "--apps", str(tmp_path / name))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1
    assert name in ended.stderr
    assert told in ended.stderr


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run_python("-m", "alli_emulator", "--port", port)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert port in ended.stderr
    assert "--port" in ended.stderr


def test_the_terminal_prints_the_port_and_two_lines_to_paste() -> None:
    command = [sys.executable, "-m", "alli_emulator", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        shown = read_until(process, "Ctrl-C")
        exports = [line for line in shown.splitlines() if line.startswith("export ")]
        script = "; ".join(
            [*exports, f"{sys.executable} -c 'from alli import Alli; print(len(Alli().apps.list().items))'"]
        )
        # What it says is looked at later: an error here would wait for the emulator, which nobody would end.
        done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, timeout=50, check=False)
        process.send_signal(signal.SIGINT)
    assert (done.returncode, done.stdout) == (0, "5\n"), done.stderr
    port = exports[0].rpartition(":")[2]
    assert f"# port {port};" in shown


def test_a_file_of_apps_is_read_again_when_it_or_what_it_imports_changes(tmp_path: Path) -> None:
    apps, beside = tmp_path / "changing_apps.py", tmp_path / "changing_beside.py"
    source = "from alli_emulator import app\nfrom changing_beside import WORD\n\n@app\ndef shout(run):\n    return {}\n"
    apps.write_text(source.format("WORD"), encoding="utf-8")
    beside.write_text("WORD = 'one'", encoding="utf-8")
    command = [
        sys.executable,
        "-u",
        "-m",
        "alli_emulator",
        "--port",
        "0",
        "--api-key",
        "k",
        "--quiet",
        "--apps",
        str(apps),
    ]
    writes_bytecode = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=writes_bytecode
    ) as process:
        assert process.stderr is not None
        url = re.findall(r"ALLI_BASE_URL=(\S+)", read_until(process, "Ctrl-C"))[0]
        with httpx.Client(base_url=url, headers={"API-KEY": "k"}, verify=False) as http:

            def said() -> str:
                listed = http.get("/webapi/v2/apps").json()["apps"]
                app_id = next(app["id"] for app in listed if app["name"] == "shout")
                answer = http.post(f"/webapi/apps/{app_id}/run", json={"inputs": {"a": "b"}}).json()
                return str(answer["result"]["responses"][0]["message"])

            assert said() == "one"
            # The same size in the same second: dates of bytecode don't tell the two apart.
            before = beside.stat().st_mtime_ns
            beside.write_text("WORD = 'two'", encoding="utf-8")
            os.utime(beside, ns=(before, before // 10**9 * 10**9 + (before + 10**6) % 10**9))
            read_until(process, "was read again: shout")
            assert said() == "two"
            apps.write_text("def broken(:", encoding="utf-8")
            assert "the old apps stay: SyntaxError" in process.stderr.readline()
            assert said() == "two"
            apps.write_text(source.format("WORD + '!'"), encoding="utf-8")
            read_until(process, "was read again: shout")
            assert said() == "two!"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
