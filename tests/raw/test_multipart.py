"""What a multipart body looks like to a server that reads it."""

import email
import io
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def package(generate: Any, operation: Any) -> Any:
    fields = {
        "text": {"type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "number": {"type": "integer"},
        "flag": {"type": "boolean"},
        "when": {"type": "string", "format": "date-time"},
        "details": {"$ref": "#/components/schemas/Details"},
        "file": {"type": "string", "format": "binary"},
        "files": {"anyOf": [{"type": "array", "items": {"type": "string", "format": "binary"}}, {"type": "null"}]},
    }
    form = {
        "type": "object",
        "properties": fields,
        "additionalProperties": {"type": "string", "format": "binary"},
    }
    body = {"required": True, "content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Form"}}}}
    return generate(
        paths={"/things": {"post": operation(requestBody=body)}},
        schemas={"Form": form, "Details": {"type": "object", "properties": {"a": {"type": "string"}}}},
    )


def send(package: Any, **fields: Any) -> tuple[httpx.Request, list[Message]]:
    """Build the request with the generated code, encode it with httpx, and read it with the standard library."""
    form = package("models").Form(**{name: value for name, value in fields.items() if name != "more"})
    form.additional_properties.update(fields.get("more", {}))
    arguments = package("api.things.do_it").build_request(body=form)
    request = httpx.Request(**(arguments | {"url": "http://test" + arguments["url"]}))
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = email.message_from_bytes(head + request.read())
    return request, list(message.walk())[1:]


def named(parts: list[Message]) -> dict[str, bytes]:
    return {str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True) for part in parts}  # type: ignore[misc]


def test_a_file_that_holds_a_boundary_cannot_add_a_part(package: Any) -> None:
    file = package("types").File
    intruder = b'--{0}\r\nContent-Disposition: form-data; name="conversationId"\r\n\r\nVICTIM\r\n--{0}--\r\n'
    first, _ = send(package, file=file(b"x"))
    known = first.headers["content-type"].partition("boundary=")[2].encode()
    for boundary in (b"+++", known):
        content = b"\r\n" + intruder.replace(b"{0}", boundary)
        _, parts = send(package, file=file(content, "a.txt"))
        assert named(parts) == {"file": content}


def test_the_boundary_is_another_one_each_time(package: Any) -> None:
    assert len({send(package, text="x")[0].headers["content-type"] for _ in range(5)}) == 5


@pytest.mark.parametrize("field", ["note", "text", "file", "files", "details"])
def test_none_sends_no_part(package: Any, field: str) -> None:
    _, parts = send(package, **{"number": 1, field: None})
    assert named(parts) == {"number": b"1"}


def test_what_is_not_given_sends_no_part(package: Any) -> None:
    _, parts = send(package, text="a")
    assert named(parts) == {"text": b"a"}


def test_scalars_are_text_and_objects_are_json(package: Any) -> None:
    details = package("models").Details(a="ü")
    _, parts = send(package, text="ü", number=3, flag=True, details=details)
    assert named(parts) == {"text": "ü".encode(), "number": b"3", "flag": b"true", "details": rb'{"a": "\u00fc"}'}
    assert [part.get_content_type() for part in parts] == ["text/plain"] * 3 + ["application/json"]


def test_a_list_of_files_is_one_part_each(package: Any) -> None:
    file = package("types").File
    opened = io.BytesIO(b"2")
    request, parts = send(package, files=[file(b"1", "a.bin"), file(opened, "견적.bin", "application/x-b")])
    assert [part.get_param("name", header="content-disposition") for part in parts] == ["files", "files"]
    assert [part.get_payload(decode=True) for part in parts] == [b"1", b"2"]
    assert parts[0].get_filename() == "a.bin"
    assert 'filename="견적.bin"'.encode() in request.content
    assert parts[1].get_content_type() == "application/x-b"


def test_files_of_undocumented_names_are_parts_of_that_name(package: Any) -> None:
    _, parts = send(package, text="x", more={"contract": package("types").File(b"c", "c.pdf")})
    assert named(parts) == {"text": b"x", "contract": b"c"}


def test_a_file_without_a_name_is_still_a_file(package: Any, tmp_path: Path) -> None:
    file = package("types").File
    _, parts = send(package, file=file(b"x"))
    assert parts[0].get_filename() == "file"
    path = tmp_path / "invoice.csv"
    path.write_bytes(b"y")
    with path.open("rb") as opened:
        _, parts = send(package, file=file(opened))
    assert parts[0].get_filename() == "invoice.csv"
