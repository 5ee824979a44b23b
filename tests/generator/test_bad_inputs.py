"""Whatever is wrong: one line for each mistake, with file and place, exit status 1, and not a byte changed."""

import sys
from pathlib import Path
from typing import Any

import pytest

from generator.document.problems import Place, Problem
from generator.output import formatting
from generator.output import templates as facade_templates
from generator.output.twins import NAMES
from generator.raw import package

OPERATION = """
  /webapi/v2/again:
    get:
      operationId: again
      x-alli-sdk: {resource: apps, method: again}
      responses: {'200': {description: Done}}
"""


def test_broken_yaml(workspace: Any) -> None:
    line = workspace.edit(workspace.spec, "\npaths:\n", "\npaths: ]\n")
    expect(workspace, f"spec.yaml:{line + 1}: broken YAML: ")


def test_control_characters_of_a_document_do_not_steer_the_terminal() -> None:
    problem = Problem("a body of a\x1b[2J\x9b\u202e \r\n\u2028 can't be sent", Place("spec.yaml", 3))
    assert str(problem) == "spec.yaml:3: a body of a\\x1b[2J\\x9b\\u202e can't be sent"


def test_a_spec_that_is_not_there(workspace: Any) -> None:
    workspace.spec.unlink()
    expect(workspace, "spec.yaml: can't be read: No such file or directory")


def test_an_empty_overlay(workspace: Any) -> None:
    workspace.overlay.write_text("")
    expect(workspace, "overlay.yaml: is empty; expected a document")


def test_an_overlay_target_that_matches_nothing(workspace: Any) -> None:
    line = workspace.edit(workspace.overlay, "$.paths['/webapi/hashtags'].get", "$.paths['/webapi/hashtag'].get")
    expect(workspace, f"overlay.yaml:{line}: target $.paths['/webapi/hashtag'].get matches nothing in spec.yaml")


def test_an_operation_id_twice(workspace: Any) -> None:
    line = workspace.edit(workspace.overlay, "operationId: list_hashtags", "operationId: list_apps")
    lines = expect(
        workspace, "operationId 'list_apps' of GET /webapi/v2/apps is also that of GET /webapi/hashtags (overlay.yaml:"
    )
    assert f"(overlay.yaml:{line})" in lines[0]


def test_a_reference_that_leads_nowhere(workspace: Any) -> None:
    line = workspace.edit(workspace.spec, "'#/components/schemas/App'", "'#/components/schemas/Application'")
    expect(workspace, f"spec.yaml:{line}: $ref '#/components/schemas/Application' leads nowhere")


def test_a_path_parameter_that_is_not_declared(workspace: Any) -> None:
    line = workspace.edit(
        workspace.spec, "\npaths:\n", "\npaths:\n" + OPERATION.replace("again:", "again/{id}:").lstrip("\n")
    )
    expect(workspace, f"spec.yaml:{line + 2}: Path parameter 'id' for 'get' operation in '/webapi/v2/again/{{id}}'")


def test_a_path_without_its_first_slash(workspace: Any) -> None:
    line = workspace.edit(
        workspace.spec, "\npaths:\n", "\npaths:\n" + OPERATION.replace("/webapi", "webapi", 1).lstrip("\n")
    )
    expect(workspace, f"spec.yaml:{line + 2}: path webapi/v2/again must begin with /")


def test_a_parameter_without_a_schema(workspace: Any) -> None:
    text = OPERATION.lstrip("\n").replace(
        "      responses:", "      parameters: [{name: month, in: query}]\n      responses:"
    )
    workspace.edit(workspace.spec, "\npaths:\n", "\npaths:\n" + text)
    expect(workspace, "spec.yaml:", "parameter 'month' needs a schema, such as {type: string}")


def test_a_misspelt_key(workspace: Any) -> None:
    workspace.edit(
        workspace.spec, "\npaths:\n", "\npaths:\n" + OPERATION.lstrip("\n").replace("responses:", "repsonses:")
    )
    lines = workspace.run().errors
    assert any(line.startswith("spec.yaml:") and "'repsonses' was unexpected" in line for line in lines)


def test_what_the_parser_would_only_warn_of(workspace: Any) -> None:
    text = OPERATION.lstrip("\n").replace(
        "      responses:",
        "      parameters: [{name: h, in: header, schema: {}}]\n      responses:",
    )
    workspace.edit(workspace.spec, "\npaths:\n", "\npaths:\n" + text)
    lines = expect(workspace, "spec.yaml:", "openapi-python-client 0.29.1: WARNING parsing GET /webapi/v2/again")
    assert " at 0x" not in lines[0]


def test_another_version_of_the_parser(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openapi_python_client.__version__", "0.29.2")
    expect(workspace, "openapi-python-client is 0.29.2, but the templates are written for 0.29.1: pip install")


def test_a_stock_template_that_has_changed(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = workspace.folder / "raw"
    templates.mkdir()
    for source in package.RAW_TEMPLATES.iterdir():
        (templates / source.name).write_bytes(source.read_bytes())
    (templates / "types.py.jinja").write_text("{# Stock: sha256 " + "0" * 64 + "\n#}")
    (templates / "gone.py.jinja").write_text("{# Stock: sha256 " + "0" * 64 + "\n#}")
    monkeypatch.setattr(package, "RAW_TEMPLATES", templates)
    outcome = workspace.run()
    assert outcome.errors[0] == "raw/gone.py.jinja:1: openapi-python-client has no gone.py.jinja"
    assert outcome.errors[1].startswith("raw/types.py.jinja:1: was written against another types.py.jinja")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one\n{{ nothing }}\n", "templates/a.py.jinja:2: UndefinedError: 'nothing' is undefined"),
        ("one\n# jinja: if\n", "templates/a.py.jinja:2: Expected an expression, got 'end of statement block'"),
        ("# jinja: twins\nx\n", "templates/a.py.jinja:2: Unexpected end of template."),
        ("{% include 'none' %}\n", "templates/a.py.jinja:1: there is no template 'none'"),
        ("x = 1\ny = (\n", "generator/templates/alli/a.py.jinja: renders a.py with a mistake in its line 3: '(' was never closed: y = ("),
        pytest.param(
            "# jinja: twins\nasync def f():\n    x = f'{await task}'\n# jinja: endtwins\n",
            "generator/templates/alli/a.py.jinja: renders a.py with a mistake in its line",
            marks=pytest.mark.skipif(sys.version_info >= (3, 12), reason="such code is read as code and rewritten"),
        ),
        ("# jinja: twins\nx = (\n# jinja: endtwins\n", "templates/a.py.jinja"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template(workspace: Any, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    templates = workspace.folder / "templates"
    templates.mkdir()
    (templates / "a.py.jinja").write_text(text)
    monkeypatch.setattr(facade_templates, "TEMPLATES", templates)
    expect(workspace, message)


def test_all_templates_with_mistakes_are_told_at_once(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    templates = workspace.folder / "templates"
    templates.mkdir()
    for name in ("a.py.jinja", "b.py.jinja"):
        (templates / name).write_text("{{ nothing }}")
    monkeypatch.setattr(facade_templates, "TEMPLATES", templates)
    assert [line.partition(":")[0] for line in workspace.run().errors[:-1]] == [
        "templates/a.py.jinja",
        "templates/b.py.jinja",
    ]


def test_a_row_of_the_twins_table_that_no_template_uses(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMES, "amaze", "maze")
    expect(workspace, "generator/output/twins.py: no twins block uses the name 'amaze'; take its row out of NAMES")


def test_ruff_of_another_version(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "RUFF_VERSION", "0.0.1")
    expect(workspace, "but 0.0.1 is needed: pip install 'alli-sdk[generator]' brings it")


def test_ruff_that_fails(
    workspace: Any, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    broken = tmp_path_factory.mktemp("broken")
    (broken / "ruff.py").write_text("import sys\nsys.exit('error: out of order')\n")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    expect(workspace, "ruff check failed: error: out of order")


def test_an_output_that_can_not_be_written(workspace: Any) -> None:
    (workspace.folder / "file").write_text("")
    before = workspace.tree()
    outcome = workspace.run("--output", "file/below")
    assert outcome.status == 1
    assert outcome.errors == [
        "file: is not a folder, so nothing can be written below it; give another --output",
        "nothing was changed in file/below",
    ]
    assert workspace.tree() == before


@pytest.mark.usefixtures("unchecked")
def test_a_folder_of_something_else_is_not_replaced(workspace: Any) -> None:
    (workspace.output / "alli").rename(workspace.output / "holiday-photos")
    expect(workspace, "out: is not empty and holds no package alli, so it is not replaced")


def expect(workspace: Any, *parts: str) -> list[str]:
    """Run: one line that holds all parts, the line that nothing was changed, and so it is."""
    before = workspace.tree()
    outcome = workspace.run()
    assert outcome.status == 1
    assert outcome.out == []
    assert len(outcome.errors) == 2, outcome.errors
    assert all(part in outcome.errors[0] for part in parts), outcome.errors[0]
    assert outcome.errors[1] == "nothing was changed in out"
    assert workspace.tree() == before
    lines: list[str] = outcome.errors
    return lines


@pytest.mark.usefixtures("unchecked")
def test_the_copies_are_good_until_a_test_spoils_them(workspace: Any) -> None:
    assert workspace.run().status == 0
    assert not Path(workspace.output / "alli" / "old.py").exists()
