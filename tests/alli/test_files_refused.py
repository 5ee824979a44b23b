"""What is not a file, and inputs that can't be sent, are refused before anything goes over the wire."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alli import InvalidArgumentError
from alli_emulator import AppRun, Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.file_forms import answer_ok
from tests.servers import ScriptedServer


@pytest.mark.parametrize("content_type", ["text/plain\r\nX-Evil: 1", "텍스트", "", "text/plain\0"])
async def test_a_content_type_that_is_none_is_refused(client_kind: ClientKind, content_type: str) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match=r"apps\.run: inputs\['F'\]: the content type must be"):
            await client_kind.get(client.apps.run("a1", {"F": ("a.txt", b"x", content_type)}))
    assert server.connections == []


def closed_file(tmp_path: Path) -> Any:
    with (tmp_path / "closed").open("wb+") as file:
        return file


REFUSED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "missing": (lambda folder: folder / "absent.pdf", "no such file"),
    "folder": (lambda folder: folder, "is a folder"),
    "pipe": (lambda folder: (os.mkfifo(folder / "pipe"), folder / "pipe")[1], "is not a regular file"),
    "impossible path": (lambda folder: folder / "a\0b", "can't be read"),
    "closed": (closed_file, "the file is closed"),
    "text in memory": (lambda folder: io.StringIO("text"), "a pathlib.Path, an open binary file"),
    "text in a tuple": (lambda folder: ("a.txt", io.StringIO("text")), "not a file opened in text mode"),
    "bytes": (lambda folder: b"bytes", r"pass \(filename, bytes\)"),
    "bytearray": (lambda folder: bytearray(b"bytes"), r"pass \(filename, bytes\)"),
    "tuple of one": (lambda folder: ("a.txt",), r"must be \(filename, bytes or file\[, content type\]\)"),
    "tuple without a name": (lambda folder: ("", b""), r"must be \(filename, bytes or file\[, content type\]\)"),
    "tuple of text": (lambda folder: ("a.txt", "text"), "not a str"),
    "number as type": (lambda folder: ("a.txt", b"", 3), "the content type must be a str, not int"),
    "name that is not text": (lambda folder: ("\ud800.txt", b""), "the file's name"),
}
if Path("/proc/self/status").exists():
    REFUSED["file without a size"] = (lambda folder: Path("/proc/self/status"), "its size is not known")


@pytest.mark.parametrize("how", REFUSED)
async def test_what_is_no_file_is_refused_before_anything_is_sent(
    client_kind: ClientKind, tmp_path: Path, how: str
) -> None:
    make, told = REFUSED[how]
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        value = make(tmp_path)
        with pytest.raises(InvalidArgumentError, match=told) as caught:
            await client_kind.get(client.apps.run("a1", {"tone": "kind", "CONTRACT": value}))
        assert "apps.run: inputs['CONTRACT']" in str(caught.value)
        with pytest.raises(InvalidArgumentError, match=told) as caught:
            await client_kind.get(client.apps.run_conversation("a1", "hi", files=[("a.txt", b""), value]))
        assert "apps.run_conversation: files[1]" in str(caught.value)
    assert server.connections == []


@pytest.mark.parametrize("mode", ["r", "w", "wb"])
async def test_a_file_that_does_not_give_bytes_is_refused(client_kind: ClientKind, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("notes")
    with ScriptedServer(answer_ok) as server, path.open(mode) as file:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match=r"inputs\['F'\].*an open binary file"):
            await client_kind.get(client.apps.run("a1", {"F": file}))
    assert server.connections == []


async def test_a_temporary_text_file_is_refused_though_it_is_of_no_text_class(client_kind: ClientKind) -> None:
    with ScriptedServer(answer_ok) as server, tempfile.NamedTemporaryFile("w+") as file:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match="an open binary file"):
            await client_kind.get(client.apps.run("a1", {"F": file}))
    assert server.connections == []


UNREADABLE = """
import asyncio, os, sys
from pathlib import Path
import alli

kind, url, file = sys.argv[1:]
client = getattr(alli, kind)(api_key="k", base_url=url)

def told(path):
    try:
        given = client.apps.run("a1", {"F": path})
        if kind == "AsyncAlli":
            asyncio.run(given)
    except alli.InvalidArgumentError as error:
        return str(error)

told(Path(file).with_name("none"))  # loads what it takes, where the superuser can read it
if os.geteuid() == 0:  # to whom nothing is unreadable
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
print(told(Path(file)))
"""


@pytest.mark.parametrize("kind", ["Alli", "AsyncAlli"])
def test_an_unreadable_file_is_refused(kind: str) -> None:
    with ScriptedServer(answer_ok) as server, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "contract.pdf")
        file.write_bytes(b"%PDF")
        file.chmod(0)
        command = [sys.executable, "-c", UNREADABLE, kind, server.url, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "can't be read" in done.stdout, done.stderr
    assert server.connections == []


async def test_a_path_given_as_text_is_text_among_inputs_and_refused_among_files(
    client_kind: ClientKind, contract: Path
) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match=r"files\[0\]: a str is not a file.*pathlib\.Path"):
            await client_kind.get(client.apps.run_conversation("a1", files=[str(contract)]))
        with pytest.raises(InvalidArgumentError, match="files: must be a list of files, not str"):
            await client_kind.get(client.apps.run_conversation("a1", files=str(contract)))
        with pytest.raises(InvalidArgumentError, match="media_files: must be a list of files, not PosixPath"):
            await client_kind.get(client.apps.run_conversation("a1", media_files=contract))
        assert server.connections == []
        await client_kind.get(client.apps.run("a1", {"F": str(contract)}))
    assert json.loads(server.requests[0].body)["inputs"] == {"F": str(contract)}


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ([("a", 1)], "must be a dict of variable names to values, not list"),
        ({3: "x"}, "the names of variables must be str, not int"),
        ({"F": [Path("a")]}, r"\['F'\]: must be text, a value for JSON or one file, not a list that holds files"),
        ({"json": ("a.txt", b"")}, "a variable named 'json' can't hold a file"),
        ({"F": {"deep": Path("a")}}, "can't be written as JSON"),
        ({"F": object()}, "can't be written as JSON"),
        ({"F": float("nan")}, "apps.run: inputs\\['F'\\] can't be written as JSON"),
    ],
    ids=["list", "key", "list of files", "named json", "nested file", "object", "nan"],
)
async def test_inputs_that_cannot_be_sent_are_refused(client_kind: ClientKind, inputs: Any, told: str) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match=told):
            await client_kind.get(client.apps.run("a1", inputs))
    assert server.requests == []


async def test_a_file_closed_before_a_stream_is_entered_is_told(client_kind: ClientKind, contract: Path) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        with contract.open("rb") as file:
            stream = client.apps.stream("a1", {"F": file})
        with pytest.raises(InvalidArgumentError, match="the file is closed; keep it open"):
            async with client_kind.entered(stream):
                pass
    assert server.requests == []


async def test_a_file_that_is_gone_when_it_is_to_be_sent_is_told(client_kind: ClientKind, contract: Path) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        stream = client.apps.stream("a1", {"F": contract})
        contract.unlink()
        with pytest.raises(InvalidArgumentError, match=r"apps\.stream: inputs\['F'\]: no such file"):
            async with client_kind.entered(stream):
                pass
    assert server.requests == []


async def test_a_file_that_was_read_to_its_end_is_refused_and_an_empty_one_is_sent(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    """A second call with the same open file would send nothing of it, without a word."""

    @emulator.app(name="Sizes", type="campaign")
    def sizes(run: AppRun) -> str:
        return str([file.size for file in run.files])

    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    file = io.BytesIO(b"hello")
    files = [("a.txt", file)]
    assert (await client_kind.get(client.apps.run_conversation(sizes.id, "x", files=files))).text == "[5]"
    with pytest.raises(InvalidArgumentError, match=r"has been read to its end.*seek\(0\)"):
        await client_kind.get(client.apps.run_conversation(sizes.id, "x", files=files))
    file.seek(2)
    assert (await client_kind.get(client.apps.run_conversation(sizes.id, "x", files=files))).text == "[3]"
    empty = [("a.txt", io.BytesIO())]
    assert (await client_kind.get(client.apps.run_conversation(sizes.id, "x", files=empty))).text == "[0]"
