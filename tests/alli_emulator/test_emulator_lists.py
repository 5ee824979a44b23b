"""Lists of apps in both versions, one app, creating and changing apps, the cognitive config."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from alli_emulator import AppInput, AppInputOption, AppRun, Emulator

NEW_APP: dict[str, Any] = {
    "type": "single_action",
    "name": "Greeting",
    "description": "Greets",
    "category": "OTHERS",
    "published": False,
    "enabled": True,
    "single_action_app_input": {
        "name": "Greeting",
        "llm_model": "some-model",
        "inputs": [
            {"name": "Whom?", "value": "whom", "input_type": "text", "placeholder": "a name", "options": []},
            {"name": "How?", "value": "how", "input_type": "single", "options": [{"name": "Warm", "value": "warm"}]},
        ],
        "messages": [{"role": "system", "content": "Say a {{how}} hello to {whom}, not to {{nobody}}."}],
    },
}


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [app["name"] for app in body.get("apps", body.get("result"))]


def test_apps_come_by_weight_highest_first(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(name="Heaviest", weight=1000)
    def heaviest(run: AppRun) -> str:
        return "!"

    listed = names(http.get("/webapi/v2/apps"))
    assert listed[0] == "Heaviest"
    assert listed[1:] == ["Summary", "Invoice check", "Equipment request", "글자 수", "和暦変換"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("searchTerm=INVOICE", ["Invoice check"]),
        ("searchTerm=" + quote("원고지"), ["글자 수"]),
        ("type=campaign", ["Equipment request"]),
        ("categories=IT&categories=HR", ["Invoice check", "Equipment request"]),
        ("published=false", []),
        ("searchTerm=&published=true&type=agent", ["Invoice check"]),
        ("unknownFilter=1&type=agent", ["Invoice check"]),
    ],
    ids=["name-any-case", "description", "type", "categories-repeated", "drafts", "all-together", "unknown-ignored"],
)
def test_the_v2_list_filters(http: httpx.Client, query: str, expected: list[str]) -> None:
    assert names(http.get("/webapi/v2/apps?" + query)) == expected


def test_cursors_walk_all_pages_and_end_with_null(alli: Emulator, http: httpx.Client) -> None:
    for number in range(7):
        alli.app(name=f"Page {number}", weight=-number)(lambda run: "")
    seen: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        answer = http.get("/webapi/v2/apps", params={"pageSize": 4} | ({"cursor": cursor} if cursor else {}))
        seen += names(answer)
        cursor = answer.json()["cursor"]
        pages += 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 12


def test_a_cursor_the_list_has_not_given_is_refused(http: httpx.Client) -> None:
    answer = http.get("/webapi/v2/apps?cursor=bm9uc2Vuc2U=")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "cursor"]


@pytest.mark.parametrize("value", ["0", "101", "many"])
def test_a_page_size_outside_the_documented_limits_is_refused(http: httpx.Client, value: str) -> None:
    answer = http.get("/webapi/v2/apps", params={"pageSize": value})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "pageSize"]
    assert value not in answer.json()["detail"][0]["msg"].split()


def test_an_app_is_found_by_its_raw_and_by_its_encoded_id(http: httpx.Client, app_ids: dict[str, str]) -> None:
    raw = app_ids["Summary"]
    assert raw.endswith("=")
    for spelling in (raw, quote(raw, safe="")):
        assert http.get(f"/webapi/v2/apps/{spelling}").json()["name"] == "Summary"


def test_an_unknown_app_is_a_404_with_detail(http: httpx.Client) -> None:
    answer = http.get("/webapi/v2/apps/nope")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_a_patch_changes_only_what_it_names_and_stays(http: httpx.Client, app_ids: dict[str, str]) -> None:
    path = f"/webapi/v2/apps/{app_ids['Summary']}"
    before = http.get(path).json()
    permission = {"ownUserIds": ["emp-7"], "customerGroups": [], "viewAccessToUser": True}
    changed = http.patch(path, json={"name": "요약", "published": False, "userPermission": permission, "unknown": 1})
    assert changed.json() == before | {"name": "요약", "published": False, "userPermission": permission}
    assert http.get(path).json() == changed.json()
    assert names(http.get("/webapi/v2/apps?published=false")) == ["요약"]


def test_null_empties_a_description_and_leaves_a_name(http: httpx.Client, app_ids: dict[str, str]) -> None:
    changed = http.patch(f"/webapi/v2/apps/{app_ids['Summary']}", json={"name": None, "description": None}).json()
    assert (changed["name"], changed["description"]) == ("Summary", None)


def test_a_patch_of_the_wrong_type_is_refused(http: httpx.Client, app_ids: dict[str, str]) -> None:
    answer = http.patch(f"/webapi/v2/apps/{app_ids['Summary']}", json={"published": "yes please"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "published"]
    assert "yes please" not in answer.text


def test_the_v1_list_shows_the_inputs_of_single_actions_only(http: httpx.Client) -> None:
    apps = {app["name"]: app for app in http.get("/webapi/apps").json()["result"]}
    text, tone = apps["Summary"]["inputs"]
    assert (text["value"], text["inputType"], text["options"]) == ("text", "paragraph", [])
    assert (tone["value"], tone["inputType"]) == ("tone", "single")
    assert [option["value"] for option in tone["options"]] == ["plain", "bullets", "brief"]
    assert "inputs" not in apps["Equipment request"]
    assert apps["Equipment request"]["type"] == "skill"


def test_the_v1_list_takes_several_ids_and_a_locale(http: httpx.Client, app_ids: dict[str, str]) -> None:
    wanted = [app_ids["Summary"], app_ids["글자 수"]]
    answer = http.get("/webapi/apps", params={"id": wanted, "locale": "ja"})
    assert names(answer) == ["Summary", "글자 수"]
    assert [app["category"] for app in answer.json()["result"]] == ["全般", "その他"]


@pytest.mark.parametrize(("published", "count"), [("true", 5), ("True", 5), ("false", 1), ("", 6)])
def test_the_v1_list_tells_drafts_from_published_apps(
    alli: Emulator, http: httpx.Client, published: str, count: int
) -> None:
    alli.app(name="Draft", published=False)(lambda run: "")
    assert len(names(http.get("/webapi/apps", params={"published": published}))) == count


def test_the_v1_list_hides_an_app_from_users_it_is_not_for(alli: Emulator, http: httpx.Client) -> None:
    alli.app(name="For Desk", user_permission={"ownUserIds": ["desk"]})(lambda run: "")
    assert "For Desk" in names(http.get("/webapi/apps?user=desk"))
    assert "For Desk" not in names(http.get("/webapi/apps?user=hall"))
    assert "For Desk" in names(http.get("/webapi/apps"))


def test_inputs_of_a_users_app_reach_the_v1_list(alli: Emulator, http: httpx.Client) -> None:
    options = [AppInputOption("Rot", "red")]

    @alli.app(name="Mine", inputs=[AppInput("colour", "Farbe", "single", "pick", options)])
    def mine(run: AppRun) -> str:
        return ""

    (shown,) = http.get("/webapi/apps", params={"id": mine.id}).json()["result"]
    assert shown["inputs"] == [
        {
            "name": "Farbe",
            "inputType": "single",
            "value": "colour",
            "placeholder": "pick",
            "options": [{"name": "Rot", "value": "red"}],
        }
    ]


def test_a_created_app_is_listed_and_fills_its_prompt(http: httpx.Client) -> None:
    created = http.post("/webapi/apps", json=NEW_APP).json()["result"]["id"]
    assert names(http.get("/webapi/apps?published=false")) == ["Greeting"]
    shown = http.get("/webapi/apps", params={"id": created}).json()["result"][0]["inputs"]
    assert [one["value"] for one in shown] == ["whom", "how"]
    run = http.post(f"/webapi/apps/{created}/run", json={"inputs": {"whom": "Ada", "how": "warm"}})
    answer = run.json()["result"]["responses"][0]["message"]
    assert answer == "Say a warm hello to Ada, not to {{nobody}}."


def test_two_created_apps_of_one_name_have_two_ids(http: httpx.Client) -> None:
    ids = {http.post("/webapi/apps", json=NEW_APP).json()["result"]["id"] for _ in range(2)}
    assert len(ids) == 2


def test_an_app_without_required_fields_is_refused_with_their_names(http: httpx.Client) -> None:
    answer = http.post("/webapi/apps", json={"type": "single_action", "name": "x", "enabled": "no"})
    assert (answer.status_code, answer.json()["code"]) == (400, 7003)
    for field in ("description", "category", "published", "enabled"):
        assert f"'{field}'" in answer.json()["message"]


def test_the_cognitive_config_begins_empty_and_keeps_what_is_patched(http: httpx.Client) -> None:
    path = "/webapi/v2/cognitive_config"
    assert http.get(path).json() == {}
    http.patch(path, json={"a": 1, "b": [1, {"c": None}]})
    assert http.patch(path, json={"a": 2}).json() == {"a": 2, "b": [1, {"c": None}]}
    assert http.get(path).json() == {"a": 2, "b": [1, {"c": None}]}
