"""Documents of the knowledge base: searched, uploaded, waited for, replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alli import IngestionStatus, InvalidArgumentError, JobFailedError, NotFoundError, UploadProgress, WaitTimeoutError
from alli_emulator import Emulator, RequestRecord

from tests.alli.client_kind import ClientKind

SEARCH = "/webapi/v2/knowledge_base_nodes/search"
UPLOAD = "/webapi/v2/knowledge_base_nodes/upload"
REFUSED_IDS = ["", ".", ".."]
DELETE = "/webapi/v2/knowledge_base_nodes/{node_id}"
STATUS = "/webapi/v2/ingestion_status/{kb_id}"


pytestmark = pytest.mark.usefixtures("quick_pauses")


def connected(kind: ClientKind, emulator: Emulator) -> Any:
    return kind.make(api_key=emulator.api_key, base_url=emulator.base_url)


def nodes(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": f"d{n}", "name": f"{n}.pdf", "cursor": f"c{n}"} for n in range(first, first + count)]


ENVELOPES: dict[str, Callable[[object], object]] = {
    "result": lambda found: {"result": found},
    "result.nodes": lambda found: {"result": {"nodes": found}},
    "nodes": lambda found: {"nodes": found},
    "bare": lambda found: found,
}


@pytest.mark.parametrize("envelope", ENVELOPES)
async def test_a_search_walks_all_pages_by_the_cursor_of_the_last_item_in_the_body(
    client_kind: ClientKind, emulator: Emulator, envelope: str
) -> None:
    sent: list[Any] = []

    def search(request: RequestRecord) -> object:
        sent.append(request.json)
        after = (request.json or {}).get("after")
        start = 0 if after is None else int(after.removeprefix("c")) + 1
        found = nodes(start, min(2, 5 - start))
        return ENVELOPES[envelope](found)

    emulator.answer("POST", SEARCH, json=search, undocumented=True)
    client = connected(client_kind, emulator)
    hashtags = ["hr"]
    walk = client.documents.search("contract", limit=2, hashtags=hashtags)
    page = await client_kind.get(walk) if client_kind.is_async else walk
    hashtags.append("changed later")
    assert [document.id async for document in client_kind.each(page)] == ["d0", "d1", "d2", "d3", "d4"]
    filters = {"filter_": {"searchTerm": "contract", "hashtags": ["hr"]}, "limit": 2}
    assert sent == [filters, {**filters, "after": "c1"}, {**filters, "after": "c3"}]


async def test_an_upload_is_called_like_its_file(client_kind: ClientKind, emulator: Emulator, tmp_path: Any) -> None:
    emulator.answer("POST", UPLOAD, json=lambda request: [{"result": {"id": "d1", "name": request.form["fileName"]}}])
    path = tmp_path / "contract.pdf"
    path.write_bytes(b"%PDF")
    client = connected(client_kind, emulator)
    assert (await client_kind.get(client.documents.upload(path))).name == "contract.pdf"
    assert (await client_kind.get(client.documents.upload(path, name="other.pdf"))).name == "other.pdf"
    with pytest.raises(InvalidArgumentError, match=r"documents\.upload: name: must be str, not int"):
        await client_kind.get(client.documents.upload(path, name=3))


@pytest.mark.parametrize(
    ("until", "states", "expected"),
    [
        ("searchable", ["initializing", "parsing", "completed"], "completed"),
        ("done", ["parsing", "completed", "post_parsing", "post_completed"], "post_completed"),
        ("done", ["something new", "retrying", "post_completed"], "post_completed"),
    ],
)
async def test_a_wait_ends_in_the_state_that_was_asked_for(
    client_kind: ClientKind, emulator: Emulator, until: str, states: list[str], expected: str
) -> None:
    left = [*states]
    emulator.answer("GET", STATUS, json=lambda request: {"result": {"status": left.pop(0)}}, undocumented=True)
    seen: list[str] = []
    client = connected(client_kind, emulator)
    wait = client.documents.wait("d1", until=until, on_progress=lambda status: seen.append(status.status))
    assert (await client_kind.get(wait)).status == expected
    assert (seen, left) == (states, [])


async def test_a_failure_after_completed_is_raised_by_a_wait_for_the_end(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    left = ["completed", "post_parsing", "post_parsing_fail"]
    emulator.answer("GET", STATUS, json=lambda request: {"status": left.pop(0)})
    with pytest.raises(JobFailedError, match="the service reports post_parsing_fail") as caught:
        await client_kind.get(connected(client_kind, emulator).documents.wait("d1"))
    assert caught.value.status == "post_parsing_fail"
    assert caught.value.result.status == "post_parsing_fail"


async def test_a_wait_that_takes_too_long_says_how_to_go_on(client_kind: ClientKind, emulator: Emulator) -> None:
    emulator.answer("GET", STATUS, json={"status": "parsing"})
    client = connected(client_kind, emulator)
    with pytest.raises(WaitTimeoutError, match=r"call documents\.wait again to keep waiting"):
        await client_kind.get(client.documents.wait("d1", timeout=0.05))
    with pytest.raises(InvalidArgumentError, match="until must be one of done, searchable"):
        await client_kind.get(client.documents.wait("d1", until="soon"))


class Library:
    """Documents by id, and the states that a new one goes through."""

    def __init__(self, emulator: Emulator, states: list[str]) -> None:
        self.ids = ["old"]
        self.states = states
        emulator.answer("POST", UPLOAD, json=self._upload)
        emulator.answer("GET", STATUS, json=lambda request: {"status": self.states.pop(0)})
        emulator.answer("DELETE", DELETE, json=self._delete, undocumented=True)

    def _upload(self, request: RequestRecord) -> object:
        self.ids.append("new")
        return [{"result": {"id": "new", "name": "a.txt"}}]

    def _delete(self, request: RequestRecord) -> object:
        self.ids.remove(request.path.rpartition("/")[2])
        return None


async def test_a_document_is_replaced_by_deleting_the_old_one_last(client_kind: ClientKind, emulator: Emulator) -> None:
    library = Library(emulator, ["parsing", "completed"])
    client = connected(client_kind, emulator)
    document = await client_kind.get(client.documents.replace("old", ("a.txt", b"a")))
    assert (document.id, library.ids) == ("new", ["new"])


async def test_a_document_that_can_not_be_read_is_taken_back_and_the_old_one_stays(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    library = Library(emulator, ["parsing", "parsing_fail"])
    client = connected(client_kind, emulator)
    with pytest.raises(JobFailedError):
        await client_kind.get(client.documents.replace("old", ("a.txt", b"a")))
    assert library.ids == ["old"]


async def test_a_document_that_takes_too_long_is_taken_back_and_the_old_one_stays(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    library = Library(emulator, ["parsing"] * 1000)
    client = connected(client_kind, emulator)
    with pytest.raises(WaitTimeoutError):
        await client_kind.get(client.documents.replace("old", ("a.txt", b"a"), timeout=0.05))
    assert library.ids == ["old"]


@pytest.mark.parametrize(
    "arguments",
    [{"until": "soon"}, {"until": []}, {"until": None}, {"timeout": 0}, {"timeout": 10**400}, {"on_progress": 3}],
    ids=str,
)
async def test_a_wrong_argument_of_a_wait_is_refused_before_anything_is_sent(
    client_kind: ClientKind, emulator: Emulator, arguments: dict[str, Any]
) -> None:
    library = Library(emulator, ["completed"])
    client = connected(client_kind, emulator)
    for call in (client.documents.replace, client.documents.wait):
        file = () if call == client.documents.wait else (("a.txt", b"a"),)
        with pytest.raises(InvalidArgumentError, match=f"{next(iter(arguments))}:? must be"):
            await client_kind.get(call("old", *file, **arguments))
    assert (library.ids, emulator.requests) == (["old"], [])


async def test_a_replacement_tells_of_the_upload_and_then_of_each_state(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    library = Library(emulator, ["parsing", "parsing", "completed"])
    told: list[UploadProgress | IngestionStatus] = []
    client = connected(client_kind, emulator)
    await client_kind.get(client.documents.replace("old", ("a.txt", b"a"), on_progress=told.append))
    uploaded = [each for each in told if isinstance(each, UploadProgress)]
    states = [each for each in told if isinstance(each, IngestionStatus)]
    assert uploaded
    assert told == [*uploaded, *states]
    assert [each.status for each in states] == ["parsing", "completed"]
    assert library.ids == ["new"]


async def test_a_replacement_is_taken_back_when_its_progress_raises(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    def give_up(progress: UploadProgress | IngestionStatus) -> None:
        if isinstance(progress, IngestionStatus):
            raise ZeroDivisionError

    library = Library(emulator, ["parsing"] * 10)
    client = connected(client_kind, emulator)
    with pytest.raises(ZeroDivisionError):
        await client_kind.get(client.documents.replace("old", ("a.txt", b"a"), on_progress=give_up))
    assert library.ids == ["old"]


async def test_an_old_document_that_can_not_be_deleted_is_told_with_the_new_one(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    Library(emulator, ["completed"])
    emulator.answer("DELETE", "/webapi/v2/knowledge_base_nodes/old", status=404, json={"detail": "Not Found"})
    client = connected(client_kind, emulator)
    with pytest.raises(NotFoundError) as caught:
        await client_kind.get(client.documents.replace("old", ("a.txt", b"a")))
    assert any("the new document new exists" in note for note in caught.value.__notes__)


@pytest.mark.parametrize("document_id", REFUSED_IDS)
async def test_a_refused_id_is_named_as_the_argument_is(client_kind: ClientKind, document_id: str) -> None:
    client = client_kind.make()
    for method in (client.documents.delete, client.documents.ingestion_status):
        with pytest.raises(InvalidArgumentError, match=r"^documents\.\w+: document_id must be a non-empty id"):
            await client_kind.get(method(document_id))


async def test_a_replacement_is_uploaded_with_what_is_passed_for_it(
    client_kind: ClientKind, emulator: Emulator
) -> None:
    Library(emulator, ["completed"])
    client = connected(client_kind, emulator)
    options = {"hashtags": ["hr", "it"], "target_folder_id": "F"}
    await client_kind.get(client.documents.replace("old", ("a.txt", b"a"), **options))
    form = emulator.requests[0].form
    assert (form.getlist("hashtags"), form["targetFolderId"]) == (["hr", "it"], "F")
    with pytest.raises(TypeError, match="no_such"):
        await client_kind.get(client.documents.replace("old", ("a.txt", b"a"), no_such=True))
