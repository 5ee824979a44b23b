"""What is written of the service, beside a service that keeps to it, one that is as its pages print it, and odd ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alli_emulator import Emulator
from alli_emulator.__main__ import main
from alli_emulator.drift.checks import check_statement
from alli_emulator.drift.questions import Answer, ask
from alli_emulator.drift.statements import load_statements

from tests.alli_emulator.odd_service import JSON, Patch, drift, odd_service, rows

README = Path(__file__).parents[2] / "spec" / "README.md"

DOCUMENTED = {
    "GET /webapi/apps",
    "GET /webapi/v2/apps",
    "GET /webapi/v2/apps/{app_id}",
    "GET /webapi/v2/cognitive_config",
}


def test_a_service_as_it_was_seen_differs_nowhere_and_is_only_asked_with_get(
    alli: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, report = drift(capsys, monkeypatch, alli.base_url, alli.api_key)
    assert code == 0
    assert rows(report, "holds") >= {"1", "2", "4", "7", "18", "27", "31", "32", "37", "E1", "E3"} | DOCUMENTED
    # What the pages print instead is another row.
    assert rows(report, "differs") == {"E6", "E7"}
    assert {one.method for one in alli.requests} == {"GET"}
    alli.reset()


def test_a_service_as_its_pages_print_it_is_told_apart(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(profile="documented") as alli:
        code, report = drift(capsys, monkeypatch, alli.base_url, alli.api_key)
    # Other rows describe all that was seen.
    assert code == 0
    assert rows(report, "differs") == {"1", "4", "7", "E1", "E3", "E7"}
    assert rows(report, "holds") >= {"18", "27", "31", "32", "37", "E6", "E8"} | DOCUMENTED


def test_there_is_one_line_for_each_graded_statement(
    alli: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = README.read_text(encoding="utf-8")
    written = re.findall(r"^\| (\d+|E\d+) \|", page, re.MULTILINE)
    assert [one.row for one in load_statements()] == written
    assert len(written) >= 52
    _, report = drift(capsys, monkeypatch, alli.base_url, alli.api_key)
    assert [row for row in report if not row.startswith("GET ")] == written
    alli.reset()


def in_list(change: Callable[[dict[str, Any]], object]) -> Patch:
    """Changes the first app of the v2 list."""

    def patch(path: str, right: bool, status: int, body: Any) -> tuple[int, str, Any] | None:
        if not (right and status == 200 and path.startswith("/webapi/v2/apps?")):
            return None
        change(body["apps"][0])
        return 200, JSON, body

    return patch


def in_old_list(change: Callable[[list[dict[str, Any]]], object]) -> Patch:
    def patch(path: str, right: bool, _status: int, body: Any) -> tuple[int, str, Any] | None:
        if not (right and path == "/webapi/apps"):
            return None
        change(body["result"])
        return 200, JSON, body

    return patch


def with_inputs(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return next(app["inputs"] for app in apps if app.get("inputs"))


def at(start: str, *answer: Any) -> Patch:
    return lambda path, right, _status, _body: (
        (answer[0], answer[1], answer[2]) if right and path.startswith(start) else None
    )


ODD: dict[str, tuple[Patch, set[str]]] = {
    "key": (lambda _p, right, _s, _b: None if right else (401, JSON, {"error": "no"}), {"1", "E1"}),
    "method": (at("/webapi/skill", 405, "text/plain", b"no"), {"4", "E3"}),
    "unknown-id": (
        lambda path, right, status, _: (404, JSON, {"message": "no"}) if right and status == 404 else None,
        {"7"},
    ),
    "parameter": (
        lambda path, right, status, _: (200, JSON, {"apps": [], "cursor": None}) if right and status == 422 else None,
        {"7"},
    ),
    "input": (
        in_old_list(lambda apps: with_inputs(apps)[0].update(inputType="colour")),
        {"18"},
    ),
    "permission": (in_list(lambda app: app.update(userPermission=["all"])), {"21"}),
    "type": (in_list(lambda app: app.update(type="robot")), {"27"}),
    "old-name": (in_old_list(lambda apps: apps[0].pop("name")), {"31", "E6", "E7", "GET /webapi/apps"}),
    "id": (in_list(lambda app: app.update(id="plain-7")), {"32", "GET /webapi/v2/apps/{app_id}"}),
    "cursor": (
        lambda path, right, status, body: (
            (200, JSON, {"apps": body.get("apps", []), "cursor": "again"})
            if right and path.startswith("/webapi/v2/apps?") and (status == 200 or "cursor=again" in path)
            else None
        ),
        {"37"},
    ),
    "document": (at("/webapi/v2/cognitive_config", 200, JSON, ["a"]), {"GET /webapi/v2/cognitive_config"}),
}


@pytest.mark.parametrize("name", ODD)
def test_a_service_that_differs_in_one_place_is_told_so(
    alli: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    patch, expected = ODD[name]
    with odd_service(alli, [patch]) as url:
        code, report = drift(capsys, monkeypatch, url, alli.api_key)
    assert code == 1
    assert rows(report, "differs") == expected | {"E6", "E7"}
    alli.reset()


def test_a_service_that_differs_in_ten_places_is_told_of_each(
    alli: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["key", "method", "unknown-id", "input", "permission", "type", "old-name", "id", "cursor", "document"]
    with odd_service(alli, [ODD[name][0] for name in names]) as url:
        code, report = drift(capsys, monkeypatch, url, alli.api_key)
    assert code == 1
    expected = {"1", "4", "7", "18", "21", "27", "31", "32", "37", "GET /webapi/v2/cognitive_config"}
    assert rows(report, "differs") >= expected
    assert not rows(report, "holds") & expected
    alli.reset()


def test_no_name_id_or_text_of_the_project_is_printed(
    alli: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "Payroll of 김"
    alli.app(name=secret)(lambda run: "")
    patches = [
        in_list(lambda app: app.update(type=secret, id=secret, userPermission=[secret], name=[secret])),
        in_old_list(lambda apps: with_inputs(apps)[0].update(inputType=secret)),
    ]
    monkeypatch.setenv("ALLI_API_KEY", alli.api_key)
    with odd_service(alli, patches) as url:
        monkeypatch.setenv("ALLI_BASE_URL", url)
        main(["drift"])
    shown = capsys.readouterr()
    assert "differs" in shown.out
    for text in (secret, "Payroll", alli.api_key, alli.apps[0].id):
        assert text not in shown.out + shown.err
    alli.reset()


def test_a_service_that_is_not_there_or_refuses_the_key_can_tell_nothing(
    alli: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, report = drift(capsys, monkeypatch, alli.base_url, "wr0ng")
    assert code == 1
    assert "the list of apps could not be read" not in report
    assert rows(report, "differs") <= {"E6", "E7"}
    url = alli.base_url
    alli.stop()
    code, report = drift(capsys, monkeypatch, url, "any")
    assert (code, rows(report, "holds"), rows(report, "differs")) == (1, set(), set())


def test_without_a_key_it_says_what_to_set(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLI_API_KEY", raising=False)
    assert main(["drift"]) == 1
    assert "set ALLI_API_KEY" in capsys.readouterr().err
    monkeypatch.setenv("ALLI_API_KEY", "k")
    assert main(["drift", "--base-url", "http://alli.example"]) == 1
    assert (
        "the address of the service http://alli.example: plain http is for this machine only" in capsys.readouterr().err
    )


def test_a_list_without_an_end_can_not_be_told() -> None:
    def get(path: str, _key: str | None) -> Answer:
        number = len(asked_for)
        asked_for.append(path)
        return Answer(200, JSON, json.dumps({"apps": [], "cursor": f"c{number}"}).encode())

    from alli_emulator.contract.validation import Contract, load_document

    asked_for: list[str] = []
    asked = ask(get, Contract(load_document()))
    statement = next(one for one in load_statements() if one.row == "37")
    assert check_statement(statement, asked).word == "can't tell"
    assert len(asked_for) < 70
