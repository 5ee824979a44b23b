"""`generator diff` tells what a user of the SDK notices, and whether it breaks a program that was right."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.document.files import load
from generator.pipeline import SPEC as SPEC_FILE
from tests.spec.pages import OPERATIONS as FIRST_OPERATIONS

SPEC = """\
openapi: 3.1.0
info: {title: Small, version: "1"}
paths:
  /things/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: since, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {anyOf: [{type: integer}, {type: string}]}}
        - {name: must, in: query, required: true, schema: {type: string}}
        - {name: shade, in: query, schema: {type: string, enum: [dark, light], maxLength: 9}}
        - {name: count, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 50}}
      responses:
        '200': {description: Done, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  /things:
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/NewThing'}}}
      responses:
        '200': {description: Done, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
    Thing:
      type: object
      required: [id, kind]
      properties:
        id: {type: string}
        kind: {$ref: '#/components/schemas/Kind'}
        note: {anyOf: [{type: string}, {type: 'null'}]}
        size: {type: integer}
    Kind: {type: string, enum: [big, small]}
    NewThing:
      type: object
      required: [details]
      properties:
        details: {$ref: '#/components/schemas/Details'}
        tags: {type: array, items: {type: string}}
    Details:
      type: object
      required: [colour]
      properties:
        colour: {type: string}
        depth: {anyOf: [{type: integer}, {type: 'null'}]}
"""

OVERLAY = """\
overlay: 1.0.0
info: {title: o, version: "1"}
actions:
  - target: $.paths['/things/{id}'].get
    update: {operationId: get_thing, tags: [things], x-alli-sdk: {resource: things, method: get}}
  - target: $.paths['/things'].post
    update: {operationId: create_thing, tags: [things], x-alli-sdk: {resource: things, method: create}}
"""

NEW_PATH = """
  /other:
    get: {responses: {'200': {description: Done}}}
components:
"""

Outcome = tuple[int, list[dict[str, Any]]]


@pytest.fixture
def diff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(SPEC)
    Path("overlay.yaml").write_text(OVERLAY)

    def run(old: str, new: str, style: str = "json") -> Any:
        assert SPEC.count(old) == 1, old
        Path("new.yaml").write_text(SPEC.replace(old, new))
        status = main(["diff", "old.yaml", "new.yaml", "--overlay", "overlay.yaml", "--format", style])
        output = capsys.readouterr().out
        return status, json.loads(output) if style == "json" else output

    return run


@pytest.mark.parametrize(
    ("old", "new", "name", "text"),
    [
        ("  /things:\n    post:", "  /items:\n    post:", "client.things.create()", "renamed to `client.items.create()`"),
        ("since, in: query, schema", "sinceDate, in: query, schema", "client.things.get(since)", "renamed to `since_date`"),
        ("        size: {type: integer}\n", "        sizes: {type: integer}\n", "Thing.size", "renamed to `sizes`"),
        ("        size: {type: integer}\n", "        size: {type: number}\n", "Thing.size", "wider type: `float`, was `int`"),
        ("tags: {type: array, items: {type: string}}", "tags: {type: array, items: {type: integer}}", "client.things.create(tags)", "another type"),
        ("        - {name: since, in: query, schema: {type: string}}\n", "", "client.things.get(since)", "gone"),
        ("since, in: query, schema", "after, in: query, schema", "client.things.get(since)", "gone"),
        ("since, in: query, schema", "since, in: query, required: true, schema", "client.things.get(since)", "must now be given"),
        ("since, in: query, schema: {type: string}", "since, in: query, schema: {type: integer}", "client.things.get(since)", "another type: `int | None`, was `str | None`"),
        ("{anyOf: [{type: integer}, {type: string}]}", "{type: integer}", "client.things.get(limit)", "narrower type"),
        ("        - {name: must", "        - {name: also, in: query, required: true, schema: {type: string}}\n        - {name: must", "client.things.get(also)", "new, and must be given"),
        ("        id: {type: string}\n", "        id: {type: integer}\n", "Thing.id", "another type: `int`, was `str`"),
        ("required: [id, kind]", "required: [id]", "Thing.kind", "may now be UNSET"),
        ("        size: {type: integer}\n", "", "Thing.size", "gone"),
        ("size: {type: integer}", "size: {anyOf: [{type: integer}, {type: 'null'}]}", "Thing.size", "wider type"),
        ("required: [colour]", "required: [colour, depth]", "Details.depth", "must now be given"),
        ("depth: {anyOf: [{type: integer}, {type: 'null'}]}", "depth: {type: integer}", "Details.depth", "narrower type"),
        ("        colour: {type: string}", "        colour: {type: string}\n        size: {type: string}", None, ""),
        ("$ref: '#/components/schemas/NewThing'", "type: object, properties: {a: {type: string}}", "client.things.create(details)", "gone"),
        ("enum: [dark, light]", "enum: [dark]", "client.things.get(shade)", "no longer takes 'light'"),
        ("since, in: query, schema: {type: string}", "since, in: query, schema: {type: string, enum: [a]}", "client.things.get(since)", "takes one of 'a', was any value"),
        ("since, in: query, schema: {type: string}", "since, in: query, schema: {type: string, format: date-time}", "client.things.get(since)", "another type: `datetime.datetime | None`, was `str | None`"),
        ("since, in: query, schema: {type: string}", "since, in: query, schema: {type: string, pattern: ^a}", "client.things.get(since)", "takes text of the pattern ^a, was any text"),
        ("maximum: 100", "maximum: 50", "client.things.get(count)", "takes at most 50, was at most 100"),
        ("minimum: 1,", "minimum: 2,", "client.things.get(count)", "takes at least 2, was at least 1"),
        ("minimum: 1,", "exclusiveMinimum: 1,", "client.things.get(count)", "takes more than 1, was any number"),
        ("maxLength: 9", "maxLength: 5", "client.things.get(shade)", "takes at most 5 characters, was at most 9 characters"),
        ("        colour: {type: string}", "        colour: {type: string, minLength: 1}", "Details.colour", "takes at least 1 characters, was any length"),
        ("        colour: {type: string}", "        colour: {type: string, enum: [red]}", "Details.colour", "takes one of 'red', was any value"),
        ("tags: {type: array, items: {type: string}}", "tags: {type: array, maxItems: 3, items: {type: string}}", "client.things.create(tags)", "takes at most 3 items, was any length"),
        ("        - {name: must", "        - {name: X-Tenant, in: header, required: true, schema: {type: string}}\n        - {name: must", "client.things.get(x_tenant)", "new, and must be given"),
        ("        - {name: must", "        - {name: Own-User-Id, in: header, required: true, schema: {type: string}}\n        - {name: must", "client.things.get()", "needs `user_id`, which the client must be given"),
        ("{anyOf: [{type: integer}, {type: string}]}", "{type: number}", "client.things.get(limit)", "another type: `float | None`, was `int | str | None`"),
        ("        size: {type: integer}\n", "        size: {oneOf: [{type: integer}, {type: string}]}\n", "Thing.size", "wider type: `int | str`, was `int`"),
        ("        size: {type: integer}\n", "        size: {}\n", "Thing.size", "wider type: `Any`, was `int`"),
        ("        id: {type: string}\n", "        id: {type: string, format: date-time}\n", "Thing.id", "another type: `datetime.datetime`, was `str`"),
        ("        depth: {anyOf: [{type: integer}, {type: 'null'}]}\n", "", "Details.depth", "gone"),
        ("note: {anyOf: [{type: string}, {type: 'null'}]}", "note: {type: array, items: {type: string}}", "Thing.note", "another type: `list[str]`, was `None | str`"),
        ("  /things:\n    post:", "  /things:\n    put:", "client.things.create()", "renamed to `client.things.replace()`"),
    ],
)  # fmt: skip
def test_a_change_that_breaks_programs(diff: Any, old: str, new: str, name: str | None, text: str) -> None:
    status, changes = diff(old, new)
    breaking = [change for change in changes if change["breaking"]]
    if name is None:
        assert (status, breaking) == (0, [])
        return
    assert status == 1
    assert any(change["name"] == name and text in change["text"] for change in breaking), changes
    assert changes[: len(breaking)] == breaking


@pytest.mark.parametrize(
    ("old", "new", "name", "text"),
    [
        ("since, in: query, schema", "since, in: query, description: d, schema", None, ""),
        ("since, in: query, schema: {type: string}", "since, in: query, schema: {anyOf: [{type: string}, {type: integer}]}", "client.things.get(since)", "wider type"),
        ("since, in: query, schema: {type: string}", "since, in: query, schema: {anyOf: [{type: string}, {type: 'null'}]}", None, ""),
        ("{anyOf: [{type: integer}, {type: string}]}", "{anyOf: [{type: number}, {type: string}]}", "client.things.get(limit)", "wider type"),
        ("        size: {type: integer}\n", "        size: {type: integer, enum: [1, 2]}\n", "ThingSize", "new"),
        ("tags: {type: array, items: {type: string}}", "tags: {type: array, items: {anyOf: [{type: string}, {type: integer}]}}", "client.things.create(tags)", "wider type"),
        ("    NewThing:\n      type: object\n", "    NewThing:\n      description: d\n      type: object\n", None, ""),
        ("must, in: query, required: true", "must, in: query", "client.things.get(must)", "may now be left out"),
        ("        - {name: must", "        - {name: also, in: query, schema: {type: string}}\n        - {name: must", "client.things.get(also)", "new"),
        ("        size: {type: integer}\n", "        size: {type: integer}\n        more: {type: integer}\n", "Thing.more", "new"),
        ("required: [id, kind]", "required: [id, kind, size]", "Thing.size", "is now always there"),
        ("note: {anyOf: [{type: string}, {type: 'null'}]}", "note: {type: string}", "Thing.note", "narrower type"),
        ("enum: [big, small]", "enum: [big, small, huge]", "Kind", "'huge' is listed now"),
        ("enum: [big, small]", "enum: [big]", "Kind", "'small' is no longer listed"),
        ("        colour: {type: string}", "        colour: {type: string}\n        size: {type: string}", "Details.size", "new"),
        ("        colour: {type: string}", "        colour: {anyOf: [{type: string}, {type: integer}]}", "Details.colour", "wider type"),
        ("required: [colour]", "required: []", "Details.colour", "may now be left out"),
        ("components:\n", NEW_PATH.lstrip("\n"), "client.other.list()", "has a name made of its path"),
        ("  schemas:\n", "  schemas:\n    Extra: {type: object, properties: {a: {type: string}}}\n", None, ""),
        ("enum: [dark, light]", "enum: [dark, light, pale]", "GetThingShade", "'pale' is listed now"),
        ("enum: [dark, light], ", "", "client.things.get(shade)", "takes any value, was one of a list"),
        ("maximum: 100", "maximum: 500", "client.things.get(count)", "takes at most 500, was at most 100"),
        ("minimum: 1, ", "", "client.things.get(count)", "takes any number, was at least 1"),
        ("default: 50", "default: 20", "client.things.get(count)", "the service's default is 20, was 50"),
        ("{name: count, in", "{name: count, deprecated: true, in", "client.things.get(count)", "is deprecated now"),
        ("    post:\n", "    post:\n      deprecated: true\n", "client.things.create()", "is deprecated now"),
        ("    post:\n", "    post:\n      deprecated: true\n      x-sunset: 2027-03-31\n", "client.things.create()", "is deprecated now, and goes on 2027-03-31"),
        ("    post:\n", "    post:\n      tags: [elsewhere]\n      operationId: make_a_thing\n", None, ""),
        ("since, in: query", "since, in: header", None, ""),
        ("        required: true\n        content", "        content", None, ""),
        ("depth: {anyOf: [{type: integer}, {type: 'null'}]}", "depth: {anyOf: [{type: number}, {type: 'null'}]}", "Details.depth", "wider type: `float | None`, was `int | None`"),
        ("depth: {anyOf: [{type: integer}, {type: 'null'}]}", "depth: {type: [integer, 'null']}", None, ""),
        ("        size: {type: integer}\n", "        size: {const: 3}\n", "Thing.size", "narrower type: `Literal[3]`, was `int`"),
        ("        size: {type: integer}\n", "        size: {type: integer, maximum: 3, format: int32}\n", None, ""),
        ("    Details:\n      type: object\n", "    Details:\n      type: object\n      additionalProperties: false\n", None, ""),
        ("    Thing:\n      type: object\n", "    Thing:\n      type: object\n      additionalProperties: {type: string}\n", None, ""),
        ("kind: {$ref: '#/components/schemas/Kind'}", "kind: {allOf: [{$ref: '#/components/schemas/Kind'}], description: d}", None, ""),
    ],
)  # fmt: skip
def test_a_change_that_breaks_nothing(diff: Any, old: str, new: str, name: str | None, text: str) -> None:
    status, changes = diff(old, new)
    assert (status, [change for change in changes if change["breaking"]]) == (0, [])
    if name is None:
        assert changes == []
    else:
        assert any(change["name"] == name and text in change["text"] for change in changes), changes


def test_a_list_of_values_that_is_now_short_has_no_name_to_import(diff: Any) -> None:
    """A long list has a name, a short one is written where it stands."""
    Path("old.yaml").write_text(
        SPEC.replace("enum: [dark, light]", f"enum: [{', '.join('abcdefghijkl')}, dark, light]")
    )
    status, changes = diff("enum: [dark, light]", "enum: [dark, light]")
    text = "can no longer be imported: its values are written where it stood"
    assert status == 1
    assert {"name": "GetThingShade", "text": text, "breaking": True} in changes


def test_a_value_that_the_items_of_a_list_no_longer_take_breaks_programs(diff: Any) -> None:
    tags = "tags: {type: array, items: {type: string}}"
    Path("old.yaml").write_text(SPEC.replace(tags, "tags: {type: array, items: {type: string, enum: [red, blue]}}"))
    status, changes = diff(tags, "tags: {type: array, items: {type: string, enum: [red]}}")
    breaking = [change for change in changes if change["breaking"]]
    assert status == 1
    assert [change["name"] for change in breaking] == ["client.things.create(tags)"]
    assert "'blue'" in breaking[0]["text"]


def test_a_path_parameter_with_a_new_name_is_the_same_argument(tmp_path: Path, diff: Any) -> None:
    renamed = SPEC.replace("/things/{id}", "/things/{thing_id}").replace(
        "{name: id, in: path", "{name: thing_id, in: path"
    )
    (tmp_path / "overlay.yaml").write_text(
        OVERLAY.split("  - target", maxsplit=1)[0] + "  - {target: $, update: {x-a: b}}\n"
    )
    status, changes = diff(SPEC, renamed)
    assert (status, changes) == (
        1,
        [{"name": "client.things.get(id)", "text": "renamed to `thing_id`", "breaking": True}],
    )


def test_a_schema_with_a_new_name_is_renamed_whatever_it_is_called(diff: Any) -> None:
    status, changes = diff(
        SPEC, SPEC.replace("schemas/Details", "schemas/Particulars").replace("  Details:", "  Particulars:")
    )
    assert status == 1
    assert {"name": "Details", "text": "renamed to `Particulars`", "breaking": True} in changes
    assert not [change for change in changes if change["text"] in ("gone", "new")]


def test_allof_with_the_same_properties_changes_nothing(diff: Any) -> None:
    old = "    Thing:\n      type: object\n      required: [id, kind]\n      properties:\n        id: {type: string}\n"
    new = """\
    Base: {type: object, required: [id], properties: {id: {type: string}}}
    Thing: {allOf: [{$ref: '#/components/schemas/Base'}, {$ref: '#/components/schemas/Rest'}]}
    Rest:
      type: object
      required: [kind]
      properties:
"""
    assert diff(old, new) == (0, [])


def test_the_page_has_breaking_changes_first(diff: Any) -> None:
    status, page = diff("{name: since, in", "{name: after, in", style="markdown")
    assert status == 1
    assert page == (
        "## ⚠️ Breaking\n\n- `client.things.get(since)`: gone\n\n## Other changes\n\n- `client.things.get(after)`: new\n"
    )


def test_the_same_spec_has_no_changes(diff: Any) -> None:
    assert diff("title: Small", "title: Other", style="markdown") == (0, "Nothing changed for users.\n")


@pytest.mark.usefixtures("diff")  # the overlay is there
def test_a_spec_that_can_not_be_read_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "none.yaml", "--overlay", "overlay.yaml"]) == 2
    assert capsys.readouterr().err == "none.yaml: can't be read: No such file or directory\n"


@pytest.mark.timeout(120)
def test_a_method_whose_handle_needs_what_an_older_document_lacks_is_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = load(SPEC_FILE).data
    del older["paths"]["/webapi/v2/conversations/{conversation_id}/running"]
    (tmp_path / "old.json").write_text(json.dumps(older), "utf-8")
    status = main(["diff", str(tmp_path / "old.json"), str(SPEC_FILE), "--format", "json"])
    found = {change["name"]: change["breaking"] for change in json.loads(capsys.readouterr().out)}
    assert found == dict.fromkeys(
        ("client.apps.background()", "client.apps.start()", "client.conversations.is_running()"), False
    )
    assert status == 0


@pytest.mark.timeout(120)
def test_all_that_came_after_the_first_13_operations_breaks_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = load(SPEC_FILE).data
    for path in [*first["paths"]]:
        for method in [*first["paths"][path]]:
            if f"{method.upper()} {path}" not in FIRST_OPERATIONS:
                del first["paths"][path]
                break
    assert sum(len(item) for item in first["paths"].values()) == 13
    (tmp_path / "first.json").write_text(json.dumps(first), "utf-8")
    status = main(["diff", str(tmp_path / "first.json"), str(SPEC_FILE), "--format", "json"])
    changes = json.loads(capsys.readouterr().out)
    assert status == 0
    assert {change["text"] for change in changes} == {"new"}
    assert {"client.apps.start()", "client.documents.search()", "Passage"} <= {each["name"] for each in changes}


def test_a_method_that_waits_is_gone_with_the_state_that_it_waits_for(diff: Any) -> None:
    block = "{resource: things, method: get, wait: {status: [size], done: [big]}}"
    Path("overlay.yaml").write_text(OVERLAY.replace("{resource: things, method: get}", block))
    status, changes = diff("        size: {type: integer}\n", "")
    assert status == 1
    assert {"name": "client.things.wait()", "text": "gone", "breaking": True} in changes
