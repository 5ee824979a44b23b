"""What the vendor's pages bring along beside operations: tags, security, `required` in the wrong place, components that fall idle."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main
from generator.document.files import load
from generator.document.validation import drop_required_flags
from tests.generator.conftest import WHOLE

pytestmark = pytest.mark.usefixtures("unchecked")

OPERATION = ("paths", "/webapi/v2/apps", "get")


def page(file: Path, document: dict[str, Any]) -> str:
    """Saves a page with the document in a block that begins in line 3."""
    file.write_text(f"## List Apps\n\n```json\n{json.dumps(document, indent=2)}\n```\n", "utf-8")
    return str(file)


@pytest.fixture
def document(workspace: Any) -> dict[str, Any]:
    """The spec as the vendor might publish it, to be changed."""
    return load(workspace.spec).data


@pytest.fixture
def take(workspace: Any, document: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> Any:
    """Imports the document as a page: exit status, lines on standard output, lines on standard error."""

    def run(*options: str) -> tuple[int, list[str], list[str]]:
        status = main(["import", page(Path("page.md"), document), "--spec", "spec.yaml", *options])
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err.splitlines()

    return run


def operation_of(document: dict[str, Any]) -> dict[str, Any]:
    paths, url, method = OPERATION
    operation: dict[str, Any] = document[paths][url][method]
    return operation


@WHOLE
def test_the_vendors_tags_move_no_module(workspace: Any, document: dict[str, Any], take: Any) -> None:
    assert workspace.run().status == 0
    before = workspace.tree()
    for path_item in document["paths"].values():
        for operation in path_item.values():
            operation["tags"] = ["App Market"]
    status, out, _ = take()
    assert status == 0
    assert "GET /webapi/v2/apps: changed" in out
    assert workspace.run().out == ["out/ was up to date"]
    after = workspace.tree()
    assert {name for name in after if after[name] != before.get(name)} == {"spec.yaml", "page.md"}


def test_security_is_kept_and_what_the_page_says_is_named(workspace: Any, document: dict[str, Any], take: Any) -> None:
    before = workspace.spec.read_bytes()
    document["security"] = [{"ApiKeyAuth": []}, {"TokenAuth": []}, {"ProjectIdHeader": []}]
    document["components"]["securitySchemes"]["TokenAuth"] = {"type": "http", "scheme": "bearer"}
    operation_of(document)["security"] = [{"TokenAuth": []}]
    status, out, err = take()
    assert (status, out) == (0, ["spec.yaml says all of that already"])
    assert [line.removeprefix("page.md:3: warning: ") for line in err] == [
        "security is not taken; with --security it is",
        "security of GET /webapi/v2/apps is not taken; with --security it is",
        "components.securitySchemes.TokenAuth is not taken; with --security it is",
    ]
    assert workspace.spec.read_bytes() == before


def test_the_security_of_an_operation_is_kept_as_well(workspace: Any, document: dict[str, Any], take: Any) -> None:
    url = OPERATION[1]
    workspace.edit(
        workspace.spec, f"  {url}:\n    get:\n", f"  {url}:\n    get:\n      security: [{{ApiKeyAuth: []}}]\n"
    )
    operation_of(document)["summary"] = "Apps"
    status, out, err = take()
    assert (status, out[0], err) == (0, "GET /webapi/v2/apps: changed", [])
    kept = operation_of(load(workspace.spec).data)
    assert (kept["security"], kept["summary"]) == ([{"ApiKeyAuth": []}], "Apps")


def test_security_is_taken_where_that_is_asked_for(workspace: Any, document: dict[str, Any], take: Any) -> None:
    document["security"] = [{"ApiKeyAuth": []}, {"TokenAuth": []}]
    document["components"]["securitySchemes"]["TokenAuth"] = {"type": "http", "scheme": "bearer"}
    status, out, err = take("--security")
    assert (status, err) == (0, [])
    assert out[:2] == ["security: changed", "components.securitySchemes.TokenAuth: new"]
    assert load(workspace.spec).data["security"] == document["security"]


def test_a_security_scheme_that_is_not_defined_is_refused(workspace: Any, document: dict[str, Any], take: Any) -> None:
    before = workspace.spec.read_bytes()
    document["security"] = [{"ApiKeyAuth": []}, {"ProjectIdHeader": []}]
    status, _, err = take("--security")
    assert status == 1
    assert err[0] == (
        "page.md:3: security asks for 'ProjectIdHeader', which components.securitySchemes does not define"
    )
    assert workspace.spec.read_bytes() == before
    line = workspace.edit(workspace.spec, "  - ApiKeyAuth: []\n", "  - ProjectIdHeader: []\n")
    outcome = workspace.run()
    assert outcome.status == 1
    assert outcome.errors[0] == (
        f"spec.yaml:{line}: security asks for 'ProjectIdHeader', which components.securitySchemes does not define"
    )


def with_flag(document: dict[str, Any]) -> dict[str, Any]:
    """The document with `required: true` inside a property of the model App."""
    properties = document["components"]["schemas"]["App"]["properties"]
    properties["name"] = {"required": True, **properties["name"]}
    return document


def line_of_flag(file: Path) -> int:
    before, flag, _ = re.split(r'("name": \{\n *"required": true)', file.read_text("utf-8"))
    return f"{before}{flag}".count("\n") + 1


LEFT_OUT = "warning: `required: true` inside a property is not JSON Schema and is left out; what an object must have is listed in its own `required`"


def test_required_inside_a_property_is_left_out_at_import_and_its_line_is_named(
    workspace: Any, document: dict[str, Any], take: Any
) -> None:
    before = workspace.spec.read_bytes()
    with_flag(document)
    status, out, err = take()
    assert (status, out) == (0, ["spec.yaml says all of that already"])
    assert err == [f"page.md:{line_of_flag(Path('page.md'))}: {LEFT_OUT}"]
    assert workspace.spec.read_bytes() == before


def test_required_inside_a_property_is_left_out_by_generate_and_diff_and_its_line_is_named(
    workspace: Any, document: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.run().status == 0
    before = workspace.tree()
    old = workspace.spec.read_bytes()
    workspace.spec.write_text(json.dumps(with_flag(document), indent=2), "utf-8")
    line = line_of_flag(workspace.spec)
    outcome = workspace.run()
    assert (outcome.status, outcome.errors) == (0, [f"spec.yaml:{line}: {LEFT_OUT}"])
    after = workspace.tree()
    assert {name for name in before if before[name] != after[name]} == {"spec.yaml"}
    Path("old.yaml").write_bytes(old)
    assert main(["diff", "old.yaml", "spec.yaml", "--overlay", "overlay.yaml"]) == 0
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [f"spec.yaml:{line}: {LEFT_OUT}"]
    assert "Nothing changed for users" in captured.out


def test_only_schemas_lose_the_flag() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"required": {"type": "boolean", "required": True}}}
    data: dict[str, Any] = {
        "paths": {
            "/x": {
                "get": {
                    "parameters": [{"name": "x", "in": "query", "required": True, "schema": {"required": False}}],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": schema, "example": {"required": True}}},
                    },
                }
            }
        },
        "components": {"schemas": {"A": {"items": {"required": True}, "anyOf": [{"required": True}, {}]}}},
    }
    found = [problem.path for problem in drop_required_flags(data)]
    get = ("paths", "/x", "get")
    body = (*get, "requestBody", "content", "application/json", "schema")
    assert found == [
        (*get, "parameters", 0, "schema", "required"),
        (*body, "properties", "required", "required"),
        ("components", "schemas", "A", "items", "required"),
        ("components", "schemas", "A", "anyOf", 0, "required"),
    ]
    operation = data["paths"]["/x"]["get"]
    assert operation["parameters"][0] == {"name": "x", "in": "query", "required": True, "schema": {}}
    assert operation["requestBody"]["required"] is True
    assert operation["requestBody"]["content"]["application/json"]["example"] == {"required": True}
    assert schema == {"type": "object", "required": ["a"], "properties": {"required": {"type": "boolean"}}}


def test_a_component_that_nothing_refers_to_since_the_import_is_named(document: dict[str, Any], take: Any) -> None:
    """The vendor renames a schema: ours would stay for ever."""
    schemas = document["components"]["schemas"]
    schemas["Application"] = {**schemas["App"], "description": "An app"}
    text = json.dumps(document["paths"]).replace('schemas/App"', 'schemas/Application"')
    document["paths"] = json.loads(text)
    for schema in schemas.values():
        schema.update(json.loads(json.dumps(schema).replace('schemas/App"', 'schemas/Application"')))
    status, out, err = take()
    assert (status, err) == (
        0,
        ["warning: nothing refers to components.schemas.App now; take it out unless the overlay uses it"],
    )
    assert "components.schemas.Application: new" in out


def test_a_reference_that_never_existed_is_not_said_to_be_gone(workspace: Any) -> None:
    line = workspace.edit(workspace.overlay, "param: cursor", "param: after")
    outcome = workspace.run()
    assert outcome.status == 1
    assert outcome.errors[0].startswith(f"overlay.yaml:{line}: apps.list: x-alli-sdk pagination.param: there is no")
    assert "any more" not in "\n".join(outcome.errors)
