"""Lists that come in pages: walked to their end, and never for ever."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any
from urllib.parse import parse_qs

import pytest
from alli import AsyncAlli, PaginationError
from alli._results.pages import PageRead
from alli.errors import AlliError, APIStatusError
from alli.pagination import afirst_page, first_page
from alli_emulator import AppRun, Emulator

from tests.alli.client_kind import ClientKind
from tests.answers import answering
from tests.servers import Connection, ScriptedServer

Pages = dict[str | None, PageRead[str]]
"""Cursor of a page, None for the first: ids of its apps, and the next cursor."""


def paging(pages: Pages) -> Any:
    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request:
            cursor = query_of(request.target).get("cursor", [None])[0]
            ids, following = pages[cursor]
            apps = [{"id": app_id, "name": app_id.upper()} for app_id in ids]
            connection.respond(200, json.dumps({"apps": apps, "cursor": following}).encode())

    return answer


def query_of(target: str) -> dict[str, list[str]]:
    return parse_qs(target.partition("?")[2])


def cursors_asked(server: ScriptedServer) -> list[str | None]:
    return [query_of(request.target).get("cursor", [None])[0] for request in server.requests]


THREE: Pages = {None: (["a", "b"], "c1"), "c1": (["c"], "c2"), "c2": (["d"], None)}


async def test_iterating_a_list_gives_the_items_of_all_its_pages(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        assert [app.id async for app in client_kind.each(client.apps.list())] == ["a", "b", "c", "d"]
    assert cursors_asked(server) == [None, "c1", "c2"]


async def test_a_list_taken_by_itself_is_one_page(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        page = await client_kind.get(client.apps.list())
        assert len(server.requests) == 1
        assert [app.name for app in page.items] == ["A", "B"]
        assert (page.cursor, page.has_next_page()) == ("c1", True)
        last = await client_kind.get((await client_kind.get(page.get_next_page())).get_next_page())
        assert ([app.id for app in last.items], last.cursor, last.has_next_page()) == (["d"], None, False)
        with pytest.raises(PaginationError, match="this is the last page"):
            await client_kind.get(last.get_next_page())
    assert len(server.requests) == 3


async def test_pages_can_be_walked_one_by_one(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        page = await client_kind.get(client.apps.list())
        sizes = [len(each.items) async for each in client_kind.each(page.iter_pages())]
    assert sizes == [2, 1, 1]


async def test_iterating_a_page_again_starts_over(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        page = await client_kind.get(client.apps.list())
        first = [app.id for app in await client_kind.list(page)]
        second = [app.id for app in await client_kind.list(page)]
        pages = client.apps.list()
        third = [app.id for app in await client_kind.list(pages)]
        fourth = [app.id for app in await client_kind.list(pages)]
    assert first == second == third == fourth == ["a", "b", "c", "d"]


async def test_a_walk_begun_in_the_middle_gives_the_rest(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        assert [app.id for app in await client_kind.list(client.apps.list(cursor="c1"))] == ["c", "d"]
    assert cursors_asked(server) == ["c1", "c2"]


async def test_an_empty_page_with_a_cursor_goes_on(client_kind: ClientKind) -> None:
    pages: Pages = {None: ([], "c1"), "c1": (["a"], "c2"), "c2": ([], "c3"), "c3": ([], "c4"), "c4": (["b"], None)}
    with ScriptedServer(paging(pages)) as server:
        client = client_kind.make(base_url=server.url)
        assert [app.id for app in await client_kind.list(client.apps.list())] == ["a", "b"]
    assert len(server.requests) == 5


@pytest.mark.parametrize(
    ("pages", "start", "requests"),
    [
        pytest.param({None: (["a"], "c1"), "c1": (["b"], "c1")}, None, 2, id="itself"),
        pytest.param({None: (["a"], "c1"), "c1": (["b"], "c2"), "c2": (["c"], "c1")}, None, 3, id="two in a circle"),
        pytest.param({"c0": (["a"], "c1"), "c1": (["b"], "c0")}, "c0", 2, id="back to where the walk began"),
        pytest.param({None: ([], "c1"), "c1": ([], "c1")}, None, 2, id="empty pages"),
    ],
)
async def test_a_repeated_cursor_ends_the_walk_with_an_error(
    client_kind: ClientKind, pages: Pages, start: str | None, requests: int
) -> None:
    with ScriptedServer(paging(pages)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(PaginationError, match="the same cursor twice") as caught:
            await client_kind.list(client.apps.list(cursor=start))
    assert isinstance(caught.value, AlliError)
    assert len(server.requests) == requests


async def test_walks_from_one_page_that_part_do_not_take_each_others_cursors_for_their_own(
    client_kind: ClientKind,
) -> None:
    # The list changes between the two walks: the second meets at its third page what was the first one's second.
    pages: Pages = {
        None: ([], "c0"),
        "c0": (["a"], "c1"),
        "c1": (["b"], "c2"),
        "c2": (["c"], "c3"),
        "c3": (["d"], None),
    }
    with ScriptedServer(paging(pages)) as server:
        client = client_kind.make(base_url=server.url)
        first = await client_kind.get(client.apps.list())
        page = await client_kind.get(first.get_next_page())
        before = [app.id for app in await client_kind.list(page)]
        pages |= {"c1": (["x"], "c3"), "c3": (["y"], "c2"), "c2": (["z"], None)}
        after = [app.id for app in await client_kind.list(page)]
        pages["c2"] = (["z"], "c3")
        with pytest.raises(PaginationError, match="the same cursor twice, after 4 pages"):
            await client_kind.list(page)
    assert (before, after) == (["a", "b", "c", "d"], ["a", "x", "y", "z"])


async def test_a_page_left_behind_can_still_be_followed(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        first = await client_kind.get(client.apps.list())
        walked = [page async for page in client_kind.each(first.iter_pages())]
        again = [await client_kind.get(page.get_next_page()) for page in walked[:2]]
    assert [[app.id for app in page.items] for page in again] == [["c"], ["d"]]


async def test_what_ten_times_as_many_pages_remember_is_ten_times_as_much(client_kind: ClientKind) -> None:
    async def memory_of(count: int) -> int:
        def fetch(cursor: str | None) -> PageRead[str]:
            number = int(cursor or "0") + 1
            return PageRead([], str(number) if number < count else None, None, [])

        async def afetch(cursor: str | None) -> PageRead[str]:
            return fetch(cursor)

        tracemalloc.start()
        try:
            first = await afirst_page(afetch, None) if client_kind.is_async else first_page(fetch, None)
            pages = [page async for page in client_kind.each(first.iter_pages())]
            assert len(pages) == count
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    assert await memory_of(2000) < 20 * await memory_of(200)


async def test_filters_headers_and_identity_go_with_every_page(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        parent = client_kind.make(base_url=server.url, default_headers={"X-Trace": "t1"})
        client = parent.with_options(user_id="emp-7", agent_email="ops@example.com")
        filters: dict[str, Any] = {"search_term": "계약", "categories": ("HR", "IT"), "published": True, "page_size": 2}
        await client_kind.list(client.apps.list(**filters, type="campaign"))
    assert len(server.requests) == 3
    for request, cursor in zip(server.requests, (None, "c1", "c2"), strict=True):
        sent = {name: request.headers[name] for name in ("x-trace", "own-user-id", "agent-email", "api-key")}
        assert sent == {
            "x-trace": "t1",
            "own-user-id": "emp-7",
            "agent-email": "ops@example.com",
            "api-key": "test-key",
        }
        query = query_of(request.target)
        assert query.pop("cursor", [None]) == [cursor]
        assert query == {
            "searchTerm": ["계약"],
            "categories": ["HR", "IT"],
            "published": ["true"],
            "pageSize": ["2"],
            "type": ["campaign"],
        }


async def test_filters_changed_after_the_call_do_not_change_its_pages(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        categories = ["HR"]
        pages = client.apps.list(categories=categories)
        categories.append("IT")
        await client_kind.list(pages)
    assert len(server.requests) == len(THREE)
    assert {tuple(query_of(request.target)["categories"]) for request in server.requests} == {("HR",)}


async def test_an_error_on_a_later_page_comes_after_the_items_before_it(client_kind: ClientKind) -> None:
    def fail_later(connection: Connection) -> None:
        if connection.read_request():
            if len(connection.server.requests) > 1:
                connection.respond(404, b'{"message": "gone"}')
            else:
                connection.respond(200, b'{"apps": [{"id": "a"}], "cursor": "c1"}')

    with ScriptedServer(fail_later) as server:
        client = client_kind.make(base_url=server.url)
        seen: list[str] = []
        with pytest.raises(APIStatusError, match="gone"):
            async for app in client_kind.each(client.apps.list()):
                seen.append(app.id)
    assert seen == ["a"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"[]", "which this operation does not give"),
        (b'"apps"', "which this operation does not give"),
        (b'{"apps": {}}', "which this operation does not give"),
        (b'{"apps": "none"}', "which this operation does not give"),
        (b"{}", r"none of the fields it must have \(apps\)"),
        (b'{"cursor": null}', r"none of the fields it must have \(apps\)"),
    ],
)
async def test_an_answer_that_is_not_a_page_is_an_error(client_kind: ClientKind, answer: bytes, told: str) -> None:
    respond = answering(200, answer)

    with ScriptedServer(respond) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(APIStatusError, match=told):
            await client_kind.get(client.apps.list())


@pytest.mark.parametrize(
    "answer", [b'{"apps": null, "cursor": ""}', b'{"apps": [], "cursor": null}', b'{"apps": [], "cursor": 3}']
)
async def test_a_page_without_apps_or_cursor_is_the_empty_end(client_kind: ClientKind, answer: bytes) -> None:
    respond = answering(200, answer)

    with ScriptedServer(respond) as server:
        client = client_kind.make(base_url=server.url)
        page = await client_kind.get(client.apps.list())
    assert (page.items, page.has_next_page()) == ([], False)


async def test_items_that_are_no_objects_do_not_end_the_walk(client_kind: ClientKind) -> None:
    respond = answering(200, b'{"apps": [{"id": "a"}, null, "b", {"id": "c"}], "cursor": null}')

    with ScriptedServer(respond) as server:
        client = client_kind.make(base_url=server.url)
        items = await client_kind.list(client.apps.list())
    assert [items[0].id, items[1], items[2], items[3].id] == ["a", None, "b", "c"]


async def test_all_apps_of_a_service_are_found_in_small_pages(emulator: Emulator, client_kind: ClientKind) -> None:
    def handler(run: AppRun) -> str:
        return run.message

    for number in range(7):
        emulator.app(name=f"Bulk {number}", category="BULK")(handler)
    client = client_kind.make(api_key=emulator.api_key, base_url=emulator.base_url)
    apps = await client_kind.list(client.apps.list(categories=["BULK"], page_size=3))
    assert sorted(app.name for app in apps) == [f"Bulk {number}" for number in range(7)]
    assert len(emulator.requests) == 3


async def test_the_repr_of_a_page_says_how_much_and_not_what(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        client = client_kind.make(base_url=server.url)
        page = await client_kind.get(client.apps.list())
    assert repr(page) == f"{'Async' if client_kind.is_async else ''}Page(2 items, has_next_page=True)"


async def test_an_index_into_a_page_says_what_to_index(client_kind: ClientKind) -> None:
    with ScriptedServer(paging(THREE)) as server:
        page = await client_kind.get(client_kind.make(base_url=server.url).apps.list())
    for index in (0, slice(1)):
        with pytest.raises(TypeError, match=r"index its \.items"):
            page[index]
    assert dict(page)["cursor"] == page["cursor"] == "c1"
    with pytest.raises(KeyError):
        page["no such"]


def test_a_list_that_is_not_awaited_says_so() -> None:
    listed: Any = AsyncAlli(api_key="k", base_url="http://127.0.0.1:9").apps.list()
    with pytest.raises(AttributeError, match="AsyncPager has no 'items': await it"):
        _ = listed.items
