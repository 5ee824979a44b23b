"""Documents by the SDK's own clients: uploaded, read, found again, replaced, deleted; their hashtags; the project."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from alli import Alli, JobFailedError, NotFoundError, UnprocessableEntityError
from alli_emulator import Emulator


@pytest.fixture
def client(alli: Emulator) -> Iterator[Alli]:
    with Alli(api_key=alli.api_key, base_url=alli.base_url, max_retries=0) as made:
        yield made


def test_what_was_uploaded_is_found_again(alli: Emulator, client: Alli) -> None:
    uploaded = client.documents.upload(("leave.txt", b"15 days"), hashtags=["hr", "2026"], target_folder_id="F")
    (found,) = client.documents.search("LEAVE")
    assert found.to_dict() == uploaded.to_dict()
    assert (found.name, found.size, found.hashtags) == ("leave.txt", 7, ["hr", "2026"])
    assert (found.process_state, found.parent_folder and found.parent_folder.id) == ("initializing", "F")
    kept = alli.documents.get(found.id)
    assert kept is not None
    assert kept.content == b"15 days"
    assert "15 days" not in repr(kept)


def test_a_search_walks_from_item_to_item(alli: Emulator, client: Alli) -> None:
    ids = [alli.documents.add(f"{number}.txt", "x").id for number in range(5)]
    assert [one.id for one in client.documents.search(limit=2)] == ids[::-1]
    assert [request.json.get("after") is None for request in alli.requests] == [True, False, False]
    assert [one.id for one in client.documents.search(order="name_asc")] == ids
    with pytest.raises(UnprocessableEntityError):
        list(client.documents.search(after="made up"))


def test_each_filter_of_a_search_leaves_out_the_others(alli: Emulator, client: Alli) -> None:
    a = alli.documents.add("a.txt", "", hashtags=["x", "y"], folder_id="F")
    b = alli.documents.add("b.txt", "", hashtags=["x"], states=["parsing"])

    def found(**filters: object) -> list[str]:
        return [one.name for one in client.documents.search(order="name_asc", **filters)]  # type: ignore[arg-type]

    assert found() == ["a.txt", "b.txt"]
    assert found(hashtags=["x", "y"]) == ["a.txt", "b.txt"]
    assert found(hashtags=["x", "y"], hashtags_operator="and") == ["a.txt"]
    assert found(excluding_hashtags=["y"]) == ["b.txt"]
    assert found(parent_folder_ids=[None]) == ["b.txt"]
    assert found(parent_folder_ids=["F"]) == ["a.txt"]
    assert found(process_states=["parsing"]) == ["b.txt"]
    assert found(ids=[a.id]) == ["a.txt"]
    assert found(node_types=["folder"]) == found(statuses=["off"]) == []
    assert found(search_term=b.name) == ["b.txt"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("hashtags", "a"), ("hashtags", "b")], ["a", "b"]),
        ([("hashtags", '["a", "b"]')], ["a", "b"]),
        ([("hashtags", "[a")], ["[a"]),
        ([("hashtags", "[" * 100_000)], ["[" * 100_000]),
        ([], []),
    ],
    ids=["parts", "json", "text", "deep", "none"],
)
def test_lists_in_a_form_are_read_in_each_way_they_may_be_written(
    http: httpx.Client, parts: list[tuple[str, str]], expected: list[str]
) -> None:
    form = [("fileName", (None, "a.txt")), ("useOcr", (None, "true")), *((name, (None, text)) for name, text in parts)]
    answer = http.post("/webapi/v2/knowledge_base_nodes/upload", files=[*form, ("file", ("a.txt", b"x"))])
    assert answer.status_code == 200, answer.text
    assert answer.json()[0]["result"]["hashtags"] == expected
    wrong = http.post("/webapi/v2/knowledge_base_nodes/upload", files=[*form, ("useOcr", (None, "perhaps"))])
    assert wrong.status_code == 422


@pytest.mark.usefixtures("quick_pauses")
def test_reading_takes_as_many_questions_as_there_are_states(client: Alli) -> None:
    document = client.documents.upload(("a.txt", b"x"))
    assert client.documents.wait(document.id, until="searchable", timeout=20).status == "completed"
    seen: list[str] = []
    done = client.documents.wait(document.id, timeout=20, on_progress=lambda status: seen.append(status.status))
    assert (done.status, seen) == ("post_completed", ["post_parsing", "post_completed"])
    assert done.ended_at is not None
    assert client.documents.ingestion_status(document.id).status == "post_completed"


@pytest.mark.usefixtures("quick_pauses")
def test_reading_may_fail_after_completed(alli: Emulator, client: Alli) -> None:
    alli.documents.ingest("parsing", "completed", "post_parsing_fail")
    document = client.documents.upload(("a.txt", b"x"))
    assert client.documents.wait(document.id, until="searchable", timeout=20).status == "completed"
    with pytest.raises(JobFailedError, match="post_parsing_fail"):
        client.documents.wait(document.id, timeout=20)
    for states in ([], ["lost"]):
        with pytest.raises(ValueError, match="give one or more of initializing, parsing"):
            alli.documents.ingest(*states)


@pytest.mark.usefixtures("quick_pauses")
def test_a_document_is_replaced_and_deleted(client: Alli) -> None:
    old = client.documents.upload(("a.txt", b"old"))
    new = client.documents.replace(old.id, ("a.txt", b"new"))
    assert [one.id for one in client.documents.search()] == [new.id]
    client.documents.delete(new.id)
    assert list(client.documents.search()) == []
    for call in (client.documents.delete, client.documents.ingestion_status):
        with pytest.raises(NotFoundError):
            call(new.id)


def test_hashtags_are_counted_by_document_until_a_reset(alli: Emulator, client: Alli) -> None:
    alli.documents.add("a", "", hashtags=["hr", "hr", "it"])
    alli.documents.add("b", "", hashtags=["hr"])
    assert client.hashtags.list() == {"hr": 2, "it": 1}
    alli.documents.ingest("parsing_fail")
    alli.reset()
    assert client.hashtags.list() == {}
    assert client.documents.upload(("a.txt", b"x")).process_state == "initializing"


def test_there_is_one_project_with_a_secret(client: Alli) -> None:
    (project,) = client.projects.list()
    assert (project.name, bool(project.cognitive_search_api_key)) == ("Emulator", True)
    assert str(project.cognitive_search_api_key) not in repr(project)
