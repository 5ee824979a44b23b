"""Files in arguments: which forms are taken, what goes over the wire, and what is refused before anything does."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alli import APIConnectionError, InvalidArgumentError, RetryPolicy
from alli_emulator import AppFile, AppRun, Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.multipart import boundary_of, part_named, parts_of
from tests.servers import Connection, ScriptedServer

ANSWER = b'{"result": {"responses": [{"message": "ok"}]}}'
RECORD = b'{"result": {"responses": [{"message": "ok", "completed": true}], "conversation": {"id": "c1"}}}\n'


def answer_ok(connection: Connection) -> None:
    request = connection.read_request()
    if request:
        connection.respond(200, RECORD if "run_conversation" in request.path else ANSWER)


class OnlyRead:
    """A stream of the plainest kind: neither seek nor tell nor a name."""

    def __init__(self, content: bytes) -> None:
        self._left = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._left.read(size)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.pdf"
    path.write_bytes(b"%PDF " + bytes(range(256)) * 300)
    return path


async def test_without_a_file_inputs_go_as_json(client_kind: ClientKind) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.run("a1", {"tone": "kind", "depth": 3}))
    assert server.requests[0].headers["content-type"] == "application/json"
    assert json.loads(server.requests[0].body) == {"mode": "sync", "inputs": {"tone": "kind", "depth": 3}}


async def test_a_file_among_the_inputs_makes_a_form_of_a_json_part_and_a_part_per_file(
    client_kind: ClientKind, contract: Path
) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        inputs = {"CONTRACT": contract, "tone": "친절", "NOTES": ("notes.txt", b"short")}
        await client_kind.get(client.apps.run("a1", inputs, message="look"))
    first, *files = parts_of(server.requests[0])
    assert first.name == "json"
    assert json.loads(first.content) == {"mode": "sync", "inputs": {"tone": "친절"}, "chat": {"message": "look"}}
    assert [(part.name, part.filename, part.content_type) for part in files] == [
        ("CONTRACT", "contract.pdf", "application/pdf"),
        ("NOTES", "notes.txt", "text/plain"),
    ]
    assert files[0].content == contract.read_bytes()
    assert files[1].content == b"short"


FORMS: dict[str, tuple[Callable[[Path], Any], str, str]] = {
    "path": (lambda path: path, "contract.pdf", "application/pdf"),
    "open file": (lambda path: path.open("rb"), "contract.pdf", "application/pdf"),
    "unbuffered file": (lambda path: path.open("rb", buffering=0), "contract.pdf", "application/pdf"),
    "bytes in memory": (lambda path: io.BytesIO(path.read_bytes()), "file", "application/octet-stream"),
    "name and bytes": (lambda path: ("a.txt", path.read_bytes()), "a.txt", "text/plain"),
    "name and bytearray": (lambda path: ("a.txt", bytearray(path.read_bytes())), "a.txt", "text/plain"),
    "name and file": (lambda path: ("a.csv", path.open("rb")), "a.csv", "text/csv"),
    "name and path": (lambda path: ("a.csv", path), "a.csv", "text/csv"),
    "name, bytes, type": (lambda path: ("a", path.read_bytes(), "image/png"), "a", "image/png"),
    "name, file, type": (lambda path: ("a.csv", path.open("rb"), "x-y/z"), "a.csv", "x-y/z"),
    "only read": (lambda path: OnlyRead(path.read_bytes()), "file", "application/octet-stream"),
}


@pytest.mark.parametrize("form", FORMS)
async def test_every_accepted_form_arrives_whole(client_kind: ClientKind, contract: Path, form: str) -> None:
    make, filename, content_type = FORMS[form]
    value = make(contract)
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.run("a1", {"CONTRACT": value}))
    part = part_named(server.requests[0], "CONTRACT")
    assert (part.filename, part.content_type) == (filename, content_type)
    assert part.content == contract.read_bytes()
    close_open(value)


def close_open(value: object) -> None:
    """Closes the file a test opened, which the client must have left open."""
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, io.IOBase):
            assert not item.closed
            item.close()


async def test_an_open_file_is_sent_from_where_it_stands(client_kind: ClientKind, contract: Path) -> None:
    with ScriptedServer(answer_ok) as server, contract.open("rb") as file:
        file.seek(5)
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.run("a1", {"CONTRACT": file}))
    assert part_named(server.requests[0], "CONTRACT").content == contract.read_bytes()[5:]


async def test_a_boundary_is_random_and_of_no_use_to_a_later_file(client_kind: ClientKind) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.run("a1", {"F": ("a.txt", b"first")}))
        earlier = boundary_of(server.requests[0])
        attack = (
            f"x\r\n--{earlier}\r\n"
            'Content-Disposition: form-data; name="conversationId"\r\n\r\nVICTIM\r\n'
            f"--{earlier}--\r\n"
        ).encode()
        await client_kind.get(client.apps.run("a1", {"F": ("a.txt", attack)}))
    boundary = boundary_of(server.requests[1])
    assert boundary != earlier
    assert len(boundary) >= 32
    assert [part.name for part in parts_of(server.requests[1])] == ["json", "F"]
    assert part_named(server.requests[1], "F").content == attack


@pytest.mark.parametrize(
    "name",
    [
        'quo"te.txt',
        "new\r\nline.txt",
        'end"\r\nX-Evil: 1\r\n\r\nbody',
        "back\\slash.txt",
        "계약서 최종.pdf",
        "a;b=c.txt",
    ],
)
async def test_no_file_name_breaks_out_of_its_header(emulator: Emulator, client_kind: ClientKind, name: str) -> None:
    seen: list[AppFile] = []

    @emulator.app(name="Looks")
    def looks(run: AppRun) -> str:
        seen.extend(run.files)
        return run.files[0].read().decode()

    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    result = await client_kind.get(client.apps.run(looks.id, {"F": (name, b"content")}))
    assert result.text == "content"
    assert [file.variable for file in seen] == ["F"]
    # What HTML says of quotes and line breaks; everything else goes as UTF-8.
    assert seen[0].filename.replace("\\\\", "\\") == name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


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
    "pipe": (lambda folder: (os.mkfifo(folder / "pipe"), folder / "pipe")[1], "is no regular file"),
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
    "name that is no text": (lambda folder: ("\ud800.txt", b""), "the file's name"),
}


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


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
async def test_an_unreadable_file_is_refused(client_kind: ClientKind, contract: Path) -> None:
    contract.chmod(0)
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match="can't be read"):
            await client_kind.get(client.apps.run("a1", {"F": contract}))
    assert server.connections == []


async def test_a_path_given_as_text_is_text_among_inputs_and_refused_among_files(
    client_kind: ClientKind, contract: Path
) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match=r"files\[0\]: a str is no file.*pathlib\.Path"):
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
        ({"F": float("nan")}, "can't be written as JSON"),
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


@pytest.mark.parametrize("form", [form for form in FORMS if form != "only read"])
async def test_a_retried_upload_sends_the_same_bytes(client_kind: ClientKind, contract: Path, form: str) -> None:
    def refuse_once(connection: Connection) -> None:
        if connection.read_request():
            first = len(connection.server.requests) == 1
            connection.respond(429 if first else 200, ANSWER, {"Retry-After": "0"} if first else None)

    value = FORMS[form][0](contract)
    with ScriptedServer(refuse_once) as server:
        client = client_kind.make(base_url=server.url)
        result = await client_kind.get(client.apps.run("a1", {"F": value, "tone": "kind"}))
    close_open(value)
    first, second = server.requests
    assert first.headers == second.headers
    assert first.body == second.body
    assert contract.read_bytes() in second.body
    assert result.attempts == 2


@pytest.mark.parametrize("kind", ["only read", "pipe"])
async def test_a_stream_that_cannot_be_read_twice_goes_in_chunks_and_is_not_sent_again(
    client_kind: ClientKind, kind: str
) -> None:
    def refuse(connection: Connection) -> None:
        if connection.read_request():
            connection.respond(429, b"{}", {"Retry-After": "0"})

    content = b"streamed " * 1000
    with ScriptedServer(refuse) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(max_retries=5, base=0))
        if kind == "pipe":
            reading, writing = os.pipe()
            file: Any = os.fdopen(reading, "rb")
            os.write(writing, content)
            os.close(writing)
        else:
            file = OnlyRead(content)
        with pytest.raises(Exception, match="HTTP 429"):
            await client_kind.get(client.apps.run("a1", {"F": file}))
        if kind == "pipe":
            file.close()
    (request,) = server.requests
    assert request.headers["transfer-encoding"] == "chunked"
    assert part_named(request, "F").content == content


async def test_no_file_stays_open_when_a_call_fails_half_way(
    client_kind: ClientKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    real_open = Path.open

    def spy(self: Path, *args: Any, **kwargs: Any) -> Any:
        opened.append(real_open(self, *args, **kwargs))
        return opened[-1]

    def cut(connection: Connection) -> None:
        connection.socket.recv(65536)
        connection.reset()

    with ScriptedServer(cut) as server, monkeypatch.context() as patch:
        client = client_kind.make(base_url=server.url, max_retries=0)
        patch.setattr(Path, "open", spy)
        with pytest.raises(APIConnectionError) as raised:
            await client_kind.get(client.apps.run("a1", {"F": path}))
    assert opened
    assert all(file.closed for file in opened)
    assert raised.traceback  # held until here, and with it all that was being sent


async def test_a_conversation_turn_is_a_form_also_with_text_alone(client_kind: ClientKind) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.run_conversation("a1", "안녕", conversation_id="c1"))
        await client_kind.get(client.apps.run_conversation("a1", choices=[0, 2], form={"이름": "Desk", "age": 3}))
        await client_kind.get(client.apps.run_conversation("a1", choices=range(2)))
    assert [(part.name, part.filename, part.content.decode()) for part in parts_of(server.requests[0])] == [
        ("conversationId", None, "c1"),
        ("message", None, "안녕"),
    ]
    second = {part.name: part.content.decode() for part in parts_of(server.requests[1])}
    assert {name: json.loads(text) for name, text in second.items()} == {
        "choices": [0, 2],
        "sendFormInput": {"이름": "Desk", "age": 3},
    }
    assert json.loads(part_named(server.requests[2], "choices").content) == [0, 1]


async def test_an_empty_first_turn_is_an_empty_form(emulator: Emulator, client_kind: ClientKind) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.run_conversation("a1"))
        await client_kind.get(client.apps.run_conversation("a1", files=[]))
    for request in server.requests:
        assert request.body == f"--{boundary_of(request)}--\r\n".encode()

    @emulator.app(name="Greets", type="campaign")
    def greets(run: AppRun) -> str:
        return "Hello" if not run.message else "Again"

    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    result = await client_kind.get(client.apps.run_conversation(greets.id))
    assert result.text == "Hello"
    assert result.conversation_id


async def test_files_of_a_turn_arrive_under_their_names(client_kind: ClientKind, contract: Path) -> None:
    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        turn = client.apps.run_conversation(
            "a1", "see", files=[contract, ("b.txt", b"b")], media_files=(("c.png", b"c"),)
        )
        await client_kind.get(turn)
    parts = [(part.name, part.filename) for part in parts_of(server.requests[0])]
    assert sorted(parts, key=lambda part: part[0]) == [
        ("files", "contract.pdf"),
        ("files", "b.txt"),
        ("media_files", "c.png"),
        ("message", None),
    ]


UPLOAD = """
import asyncio, resource, sys
from pathlib import Path
from alli import Alli, AsyncAlli

kind, url, small, large = sys.argv[1:]

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

async def main():
    async with AsyncAlli(api_key="k", base_url=url) as client:
        await client.apps.run("a1", {"F": Path(small)})
        before = peak()
        await client.apps.run("a1", {"F": Path(large)})
        return peak() - before

if kind == "async":
    grown = asyncio.run(main())
else:
    with Alli(api_key="k", base_url=url) as client:
        client.apps.run("a1", {"F": Path(small)})
        before = peak()
        client.apps.run("a1", {"F": Path(large)})
        grown = peak() - before
print(grown)
"""


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_file_of_a_gibibyte_is_uploaded_in_less_than_16_mebibytes(tmp_path: Path, kind: str) -> None:
    arrived: list[int] = []
    lock = threading.Lock()

    def swallow(connection: Connection) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.socket.recv(65536)
        head, _, rest = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        left = length - len(rest)
        buffer = bytearray(1 << 20)
        while left:
            left -= connection.socket.recv_into(buffer)
        with lock:
            arrived.append(length)
        connection.respond(200, ANSWER)

    small, large = tmp_path / "small.bin", tmp_path / "large.bin"
    for path, size in ((small, 1 << 17), (large, 1 << 30)):
        with path.open("wb") as file:
            file.truncate(size)
    with ScriptedServer(swallow) as server:
        command = [sys.executable, "-c", UPLOAD, kind, server.url, str(small), str(large)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    assert arrived[1] > 1 << 30
    assert int(done.stdout) < 16 * 1024, "KiB of peak memory more than before"
