"""The logger `alli`: what it tells of a call, and that it tells nothing else."""

from __future__ import annotations

import logging
import re
from typing import Any

import alli
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer

LINE = re.compile(
    r"(?P<method>[A-Z]+) (?P<path>\S+) -> (?P<outcome>\S+) in (?P<ms>\d+) ms, attempts? (?P<n>\d+), id (?P<id>\w{32})"
)


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "alli"]


def answering(*statuses: int) -> Any:
    left = list(statuses)

    def answer(connection: Connection) -> None:
        if connection.read_request():
            status = left.pop(0)
            if not status:
                connection.close()
            else:
                headers = {"Retry-After": "0"} if status == 503 else {}
                connection.respond(status, b'{"id": "a1", "apps": []}', headers)

    return answer


async def test_a_call_is_one_line_with_method_path_status_time_attempts_and_request_id(
    client_kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "alli")
    with ScriptedServer(answering(200)) as server:
        client = client_kind.make(base_url=server.url)
        result = await client_kind.get(client.apps.run("a/1"))
    [(level, line)] = lines(caplog)
    found = LINE.fullmatch(line)
    assert found, line
    assert level == "INFO"
    assert found.group("method", "path", "outcome", "n") == ("POST", "/webapi/apps/a%2F1/run", "200", "1")
    assert found["id"] == result.request_id == server.requests[0].headers["x-request-id"]


async def test_attempts_that_are_repeated_are_told_at_debug_and_the_outcome_at_info(
    client_kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "alli")
    with ScriptedServer(answering(500, 0, 200)) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(base=0.001))
        await client_kind.get(client.apps.get("a1"))
    told = lines(caplog)
    assert [level for level, _ in told] == ["DEBUG", "DEBUG", "INFO"]
    assert "-> 500 in " in told[0][1] and "attempt 1, " in told[0][1]
    assert "-> APIConnectionError in " in told[1][1] and "attempt 2, " in told[1][1]
    assert re.search(r"; again in \d+\.\d\d s$", told[0][1])
    assert "-> 200 in " in told[2][1] and "attempts 3, " in told[2][1]
    assert len({line.partition(" id ")[2][:32] for _, line in told}) == 1


@pytest.mark.parametrize(
    ("statuses", "outcome"), [((404,), "404"), ((503, 503, 503), "503"), ((0,), "APIConnectionError")]
)
async def test_a_call_that_fails_is_one_line_at_info(
    client_kind: ClientKind, statuses: tuple[int, ...], outcome: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "alli")
    with ScriptedServer(answering(*statuses)) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(base=0.001))
        with pytest.raises(alli.AlliError):
            await client_kind.get(client.conversations.send("c1", "hello"))
    [(level, line)] = lines(caplog)
    found = LINE.fullmatch(line)
    assert found, line
    assert (level, found["outcome"], found["n"]) == ("INFO", outcome, str(len(statuses)))
    assert f"attempts {len(statuses)}, " in line


async def test_a_call_that_its_deadline_ends_between_attempts_is_told_too(
    client_kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "alli")
    with ScriptedServer(answering(0)) as server:
        client = client_kind.make(base_url=server.url, deadline=5, retry_policy=RetryPolicy(base=8, jitter=0))
        with pytest.raises(alli.DeadlineExceededError):
            await client_kind.get(client.apps.get("a1"))
    [(_, line)] = lines(caplog)
    assert "again in" not in line


async def test_a_query_s_values_are_in_no_line(client_kind: ClientKind, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "alli")
    with ScriptedServer(answering(500, 200)) as server:
        client = client_kind.make(base_url=server.url, retry_policy=RetryPolicy(base=0.001))
        await client_kind.get(client.apps.list(search_term="quarterly layoffs", categories=["SECRET"]))
    assert "quarterly" in server.requests[0].target
    assert len(lines(caplog)) == 2
    for _, line in lines(caplog):
        assert "quarterly" not in line and "SECRET" not in line and "?" not in line


@pytest.mark.parametrize(
    ("value", "level"), [("info", logging.INFO), ("DEBUG", logging.DEBUG), (" Info ", logging.INFO)]
)
async def test_alli_log_sends_lines_to_standard_error(
    client_kind: ClientKind, value: str, level: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALLI_LOG", value)
    with ScriptedServer(answering(200, 200)) as server:
        for _ in range(2):
            client = client_kind.make(base_url=server.url)
            await client_kind.get(client.apps.get("a1"))
    assert logging.getLogger("alli").level == level
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("GET /webapi/v2/apps/a1 -> 200") == 2, "each line once, however many clients there are"
    assert "alli INFO" in captured.err


@pytest.mark.parametrize("value", [None, "", "off", "verbose"])
async def test_without_alli_log_the_logger_is_left_to_the_application(
    client_kind: ClientKind, value: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if value is not None:
        monkeypatch.setenv("ALLI_LOG", value)
    before = list(logging.getLogger("alli").handlers)
    with ScriptedServer(answering(200)) as server:
        client = client_kind.make(base_url=server.url)
        await client_kind.get(client.apps.get("a1"))
    assert logging.getLogger("alli").handlers == before
    assert logging.getLogger("alli").level == logging.NOTSET
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("value", ["verbose", "1", "SECRET-KEY"])
def test_a_value_of_alli_log_that_means_nothing_is_a_warning_without_the_value(
    client_kind: ClientKind, value: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ALLI_LOG", value)
    client_kind.make()
    assert lines(caplog) == [
        ("WARNING", "ALLI_LOG must be info, debug or off; its value is none of them, so it sets up no log")
    ]


async def test_alli_log_adds_no_handler_where_the_application_has_one(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLI_LOG", "info")
    mine = logging.NullHandler()
    logging.getLogger("alli").addHandler(mine)
    client_kind.make()
    assert logging.getLogger("alli").handlers == [mine]


@pytest.mark.parametrize("engine", ["own", "proxied", "injected"])
@pytest.mark.parametrize("deadline", [None, 20])
async def test_no_query_value_is_in_any_line_the_http_library_s_included(
    client_kind: ClientKind,
    engine: str,
    deadline: float | None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO)
    with ScriptedServer(answering(200, 200)) as server:
        url = server.url
        if engine == "proxied":
            monkeypatch.setenv("HTTP_PROXY", server.url)
            url = "http://alli.test"
        injected = {"http_client": client_kind.http_client()} if engine == "injected" else {}
        client = client_kind.make(base_url=url, allow_http=True, deadline=deadline, **injected)
        await client_kind.get(client.apps.list(search_term="salary-of-kim"))
        await client_kind.get(client.request("GET", "/webapi/apps", params={"user": "kim@example.com"}))
        assert "searchTerm=salary-of-kim" in server.requests[0].target
    lines = [record.getMessage() for record in caplog.records]
    assert len([line for line in lines if line.startswith("HTTP Request: GET ") and "/webapi/" in line]) == 2
    assert len([line for line in lines if line.startswith("GET /webapi/")]) == 2
    for secret in ("salary", "kim", "searchTerm"):
        assert secret not in "\n".join(lines)


async def test_lines_about_requests_of_others_stay_as_they_are(
    client_kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with ScriptedServer(answering(200, 200)) as server:
        await client_kind.get(client_kind.make(base_url=server.url).apps.get("a1"))
        await client_kind.get(client_kind.http_client().get(f"{server.url}/mine?a=b"))
    assert any("/mine?a=b" in record.getMessage() for record in caplog.records)
