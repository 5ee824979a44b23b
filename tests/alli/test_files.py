"""Files in arguments: which forms are taken, and what goes over the wire."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from alli_emulator import AppFile, AppRun, Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.file_forms import FORMS, answer_ok, close_open
from tests.alli.multipart import boundary_of, part_named, parts_of
from tests.servers import ScriptedServer


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


@pytest.mark.parametrize(
    ("content_type", "sent"), [("application/pdf", b"application/pdf"), (None, b"text/plain"), ("a\nb", b"text/plain")]
)
async def test_fastapi_s_uploads_are_files(client_kind: ClientKind, content_type: str | None, sent: bytes) -> None:
    from starlette.datastructures import Headers, UploadFile

    def uploaded() -> UploadFile:
        headers = None if content_type is None else Headers({"content-type": content_type})
        return UploadFile(io.BytesIO(b"whole file"), filename="notes.txt", headers=headers)

    with ScriptedServer(answer_ok) as server:
        client = client_kind.make(base_url=server.url)
        uploads = [uploaded(), uploaded()]
        await client_kind.get(client.apps.run("a1", {"doc": uploads[0]}))
        await client_kind.get(client.apps.run_conversation("a1", "hi", files=[uploads[1]]))
    assert len(server.requests) == 2
    for request in server.requests:
        assert b'filename="notes.txt"' in request.body
        assert b"Content-Type: " + sent + b"\r\n\r\nwhole file" in request.body
    assert not any(upload.file.closed for upload in uploads)
