"""`import` takes what the vendor publishes into the spec, and touches nothing else."""

from __future__ import annotations

import copy
import difflib
import json
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.document.files import load

SPEC = """\
# What the pages say.
openapi: 3.1.0
info: {title: Small, version: "1"}   # kept
tags:
  - name: things
    description: Old words
paths:
  /things:
    # a comment above the method
    get:
      summary: "List"      # double quotes stay
      parameters:
        - name: limit   # the first
          in: query
          schema: {type: integer}
        - name: after
          in: query
          schema:
            type: string
      responses:
        '200': {description: Done, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  /other:
    post:
      responses:
        '200':
          description: |-
            Two
            lines
components:
  schemas:
    Thing:
      type: object
      # why there is an id
      properties:
        id: {type: string}
"""

HEAD = {"openapi": "3.1.0", "info": {"title": "Small", "version": "1"}}


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("spec.yaml")
    file.write_text(SPEC, "utf-8")
    return file


def page(*documents: Any) -> str:
    """A page as the docs site gives it: a heading and a json block for each operation, and samples beside them."""
    parts = ["# App Market\n\n> read me\n"]
    for document in documents:
        parts.append('## An operation\n\nWords.\n\n```json\n{"sample": [1, 2\n```\n')
        parts.append(f"```json\n{json.dumps(document)}\n```\n")
    return "\n".join(parts)


def cut(data: dict[str, Any], path: str) -> dict[str, Any]:
    """The small document of one operation."""
    return {
        **HEAD,
        "paths": {path: copy.deepcopy(data["paths"][path])},
        "components": copy.deepcopy(data["components"]),
    }


def changed_lines(spec: Path) -> list[str]:
    lines = difflib.ndiff(SPEC.splitlines(), spec.read_text("utf-8").splitlines())
    return [line for line in lines if line[0] in "+-"]


def run(*files: str) -> int:
    return main(["import", *files, "--spec", "spec.yaml"])


@pytest.mark.parametrize("name", ["new.json", "new.yaml", "new.md"])
def test_what_the_spec_says_already_changes_no_byte(spec: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = load(spec).data
    text = page(cut(data, "/things"), cut(data, "/other")) if name.endswith(".md") else json.dumps(data)
    Path(name).write_text(text)
    assert run(name) == 0
    assert capsys.readouterr().out == "spec.yaml says all of that already\n"
    assert spec.read_text("utf-8") == SPEC


def test_the_diff_in_version_control_is_the_change_and_no_more(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = cut(load(spec).data, "/things")
    operation = document["paths"]["/things"]["get"]
    operation["parameters"][1]["schema"]["type"] = "integer"
    operation["parameters"].insert(1, {"name": "mode", "in": "query", "schema": {"type": "string"}})
    document["components"]["schemas"]["Thing"]["properties"]["size"] = {"type": "integer"}
    Path("page.md").write_text(page(document))
    assert run("page.md") == 0
    assert capsys.readouterr().out.splitlines() == [
        "GET /things: changed",
        "components.schemas.Thing: changed",
        "spec.yaml is rewritten; next: python -m generator",
    ]
    assert changed_lines(spec) == [
        "+         - name: mode",
        "+           in: query",
        "+           schema:",
        "+             type: string",
        "-             type: string",
        "+             type: integer",
        "+         size:",
        "+           type: integer",
    ]


def test_what_the_pages_do_not_speak_of_stays(spec: Path) -> None:
    document = {
        **HEAD,
        "paths": {"/new": {"get": {"responses": {"200": {"description": "New"}}}}},
        "tags": [{"name": "more"}],
    }
    Path("page.md").write_text(page(document))
    assert run("page.md") == 0
    assert [line for line in changed_lines(spec) if line.startswith("-")] == []
    data = load(spec).data
    assert list(data["paths"]) == ["/things", "/other", "/new"]
    assert [tag["name"] for tag in data["tags"]] == ["things", "more"]


def test_an_operation_that_a_whole_document_has_no_more_stays_and_is_named(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = load(spec).data
    whole["paths"]["/third"] = whole["paths"]["/things"]
    spec.write_text(json.dumps(whole), "utf-8")
    del whole["paths"]["/other"]
    Path("new.json").write_text(json.dumps(whole), "utf-8")
    assert run("new.json") == 0
    assert "/other" in load(spec).data["paths"]
    (warning,) = capsys.readouterr().err.splitlines()
    assert warning.startswith("warning: POST /other is not in the new document, and stays in the spec; ")

    Path("new.json").write_text(json.dumps(cut(whole, "/things")), "utf-8")
    assert run("new.json") == 0
    assert capsys.readouterr().err == "", "a page of one operation says nothing of the others"


def test_a_method_that_is_new_on_a_path_stands_beside_the_old_one(spec: Path) -> None:
    document = {**HEAD, "paths": {"/things": {"delete": {"responses": {"204": {"description": "Gone"}}}}}}
    Path("page.md").write_text(page(document))
    assert run("page.md") == 0
    assert list(load(spec).data["paths"]["/things"]) == ["get", "delete"]


def test_equal_components_of_two_pages_are_merged_once(spec: Path) -> None:
    data = load(spec).data
    for number in (1, 2):
        document = cut(data, "/things")
        document["components"]["schemas"]["New"] = {"type": "string"}
        Path(f"{number}.md").write_text(page(document))
    assert run("1.md", "2.md") == 0
    assert load(spec).data["components"]["schemas"]["New"] == {"type": "string"}


def test_components_of_two_pages_that_conflict_are_refused_with_both_places(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = load(spec).data
    for number, kind in ((1, "string"), (2, "integer")):
        document = cut(data, "/things")
        document["components"]["schemas"]["Thing"]["properties"]["id"]["type"] = kind
        Path(f"{number}.md").write_text(page(document))
    assert run("1.md", "2.md") == 1
    assert capsys.readouterr().err.splitlines() == [
        "2.md:13: (An operation) components.schemas.Thing is not what 1.md:13 (An operation) says; keep the right one of the two",
        "nothing was changed in spec.yaml",
    ]
    assert spec.read_text("utf-8") == SPEC


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.md", "# No block\n\n```python\nx\n```\n", "a.md: holds no fenced json block with an OpenAPI document"),
        ("a.md", '```json\n{"openapi": "3.1.0",\n "paths": {]}\n```\n', "a.md:3: broken JSON: "),
        (
            "a.md",
            '```json\n{"openapi": "3.1.0", "openapi": "3.1.0"}\n```\n',
            "a.md:1: broken JSON: key 'openapi' is there twice",
        ),
        ("a.md", page({**HEAD, "openapi": "3.2.0"}), "a.md:13: is not an OpenAPI 3.0 or 3.1 document"),
        ("a.json", '{"swagger": "2.0"}', "a.json: is not an OpenAPI 3.0 or 3.1 document"),
        ("a.yaml", "openapi: 3.1.0\nopenapi: 3.1.0\n", "a.yaml:2: key 'openapi' is already on line 1"),
        ("none.json", None, "none.json: can't be read: No such file or directory"),
        (
            "a.md",
            page({**HEAD, "paths": {"/x": {"get": {"responses": {"200": {"$ref": "#/components/responses/No"}}}}}}),
            "a.md:13: $ref '#/components/responses/No' leads nowhere",
        ),
    ],
)
def test_what_is_wrong_is_one_line_and_the_spec_stays(
    spec: Path, name: str, text: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        Path(name).write_text(text)
    assert run(name) == 1
    errors = capsys.readouterr().err.splitlines()
    assert errors[0].startswith(message), errors
    assert errors[1:] == ["nothing was changed in spec.yaml"]
    assert spec.read_text("utf-8") == SPEC
    assert sorted(path.name for path in Path().iterdir()) == sorted(
        {"spec.yaml", *([name] if text is not None else [])}
    )


def test_the_spec_of_the_repository_comes_back_from_pages_of_it_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = Path(__file__).parents[2] / "spec" / "alli.openapi.yaml"
    Path("spec.yaml").write_bytes(source.read_bytes())
    data = load(Path("spec.yaml")).data
    documents = [{**data, "paths": {path: item}} for path, item in data["paths"].items()]
    Path("page.md").write_text(
        "\n".join(f"## {d['info']['title']}\n\n```json\n{json.dumps(d)}\n```\n" for d in documents)
    )
    assert run("page.md") == 0
    assert Path("spec.yaml").read_bytes() == source.read_bytes()
    del documents[0]["components"]
    thinned = Path("spec.yaml").read_text("utf-8").replace("      summary: List Apps\n", "", 1)
    Path("spec.yaml").write_text(thinned)
    assert run("page.md") == 0
    assert Path("spec.yaml").read_bytes() == source.read_bytes()


def test_one_page_does_not_rename_the_whole_document(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = load(spec).data
    head = {"title": "Things of the API", "version": "9"}
    Path("page.md").write_text(page({**cut(data, "/things"), "info": head}))
    assert run("page.md") == 0
    assert spec.read_text("utf-8") == SPEC
    words = "is not taken from a document of some of the operations"
    assert [line.partition("warning: ")[2] for line in capsys.readouterr().err.splitlines()] == [
        f"info.title {words}",
        f"info.version {words}",
    ]
    Path("pages.md").write_text(page({**cut(data, "/things"), "info": head}, {**cut(data, "/other"), "info": head}))
    assert run("pages.md") == 0
    assert load(spec).data["info"] == head


def test_a_page_that_leaves_out_words_of_a_shared_component_does_not_take_them_away(spec: Path) -> None:
    text = SPEC.replace("        id: {type: string}\n", "        id: {type: string, description: Of one thing.}\n")
    spec.write_text(text, "utf-8")
    document = cut(load(spec).data, "/things")
    del document["components"]["schemas"]["Thing"]["properties"]["id"]["description"]
    Path("page.md").write_text(page(document))
    assert run("page.md") == 0
    assert spec.read_text("utf-8") == text
    document["components"]["schemas"]["Thing"]["properties"]["id"] = {"type": "integer"}
    Path("page.md").write_text(page(document))
    assert run("page.md") == 0
    assert load(spec).data["components"]["schemas"]["Thing"]["properties"]["id"] == {
        "type": "integer",
        "description": "Of one thing.",
    }
