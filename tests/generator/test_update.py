"""`update` takes a newer document all the way: spec, generated tree, changelog, version, and the text of a pull request; or changes nothing."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator import pipeline, update
from generator.changes.compare import Change
from generator.document.files import load
from generator.output import replace_tree
from tests.generator.conftest import Workspace

HEAD: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "Part", "version": "2"}}
LABELS = {
    **HEAD,
    "paths": {
        "/webapi/v2/labels": {
            "get": {
                "summary": "List Labels",
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
                    }
                },
            }
        }
    },
}
BREAK = {
    **HEAD,
    "paths": {
        "/webapi/hashtags": {
            "get": {
                "parameters": [{"name": "kind", "in": "query", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": {"type": "object", "properties": {"result": {"type": "object", "additionalProperties": {"type": "integer"}}}}}}}},
            }
        }
    },
}  # fmt: skip
VERSION = '__version__ = "0.1.0"\n'
RELEASED = "# Changelog\n\n## 0.1.0, 2026-11-01\n\nThe first.\n"


@pytest.fixture
def project(unchecked: None, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with a changelog and a version."""
    notes = update.Notes(workspace.folder / "changelog.d", workspace.folder / "CHANGELOG.md", workspace.folder / "v.py")
    notes.fragments.mkdir()
    notes.changelog.write_text(RELEASED, "utf-8")
    notes.version.write_text(VERSION, "utf-8")
    monkeypatch.setattr(update, "NOTES", notes)
    return workspace


def given(project: Workspace, document: Any) -> str:
    (project.folder / "newer.json").write_text(json.dumps(document), "utf-8")
    return "newer.json"


def fragments(project: Workspace) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (project.folder / "changelog.d").iterdir()}


@pytest.mark.timeout(240)
def test_one_command_takes_a_newer_document_all_the_way_and_a_dry_run_only_says_so(project: Workspace) -> None:
    file = given(project, LABELS)
    before = project.tree()
    rehearsed = project.run("update", "--dry-run", file)
    assert (rehearsed.status, rehearsed.errors[-1]) == (0, "out would be written")
    assert project.tree() == before
    (unnamed,) = [line for line in rehearsed.errors if "so it is called client.labels.list()" in line]
    assert unnamed.startswith("spec.yaml:")

    done = project.run("update", file)
    assert (done.status, done.errors[-1]) == (0, "out is written")
    assert done.out == rehearsed.out
    assert "/webapi/v2/labels" in project.spec.read_text("utf-8")
    assert "class Labels" in (project.output / "alli" / "resources.py").read_text("utf-8")
    ((name, text),) = fragments(project).items()
    assert name.startswith("api-20")
    assert name.endswith(".changed.md")
    assert text == "From a newer document of the API:\n  - `client.labels.list()`: new\n", "nothing for maintainers"
    assert (project.folder / "v.py").read_text("utf-8") == '__version__ = "0.1.1"\n'
    assert '__version__ = "0.1.1"\n' in (project.output / "alli" / "version.py").read_text("utf-8")
    request = "\n".join(done.out)
    assert "0 of 2 changes for users break programs" in done.out[0]
    assert "- `client.labels.list()`: new" in request
    assert "The version goes from 0.1.0 to 0.1.1." in request
    assert "- GET /webapi/v2/labels: new" in request

    written = project.tree()
    again = project.run("update", file)
    assert (again.status, again.out, again.errors[-1]) == (0, [], "spec.yaml says all of that already")
    assert project.tree() == written


def test_a_document_that_has_only_lost_an_operation_says_so(project: Workspace) -> None:
    document = load(project.spec).data
    del document["paths"]["/webapi/hashtags"]
    done = project.run("update", given(project, document))
    assert done.status == 0
    assert done.errors[-1] == "spec.yaml says all of that already"
    assert [line for line in done.errors if "GET /webapi/hashtags is not in the new document, and stays" in line]


def test_a_break_is_announced_as_one_and_raises_the_version_further(project: Workspace) -> None:
    done = project.run("update", "--dry-run", given(project, BREAK))
    assert done.status == 0
    assert [line for line in done.errors if ".breaking.md would be written" in line]
    assert done.out[done.out.index("## ⚠️ Breaking") + 2] == "- `client.hashtags.list(kind)`: new, and must be given"
    assert "The version goes from 0.1.0 to 0.2.0." in done.out


@pytest.mark.timeout(240)
@pytest.mark.parametrize("step", ["document", "model", "tree", "changelog"])
def test_nothing_changes_where_a_step_fails(project: Workspace, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document: dict[str, Any] = json.loads(json.dumps(LABELS))
    operation = document["paths"]["/webapi/v2/labels"]["get"]
    if step == "document":
        operation["responses"]["200"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Lost"}
    elif step == "model":
        operation["requestBody"] = {"content": {"multipart/mixed": {"schema": {"type": "string"}}}}
    elif step == "tree":

        def fail(*_: Any) -> bool:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(pipeline.replace_tree, "replace", fail)
    else:
        (project.folder / "changelog.d").rmdir()
    file = given(project, document)
    before = project.tree()
    done = project.run("update", file)
    assert done.status == 1
    assert done.out == []
    assert done.errors[-1].endswith("nothing was changed")
    assert project.tree() == before


def test_until_all_is_generated_a_killed_update_has_changed_nothing_and_then_ctrl_c_waits_until_all_is_written(
    project: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def built(_: Path, __: Path, beside: Path, *___: Any, **____: Any) -> Iterator[Path]:
        with replace_tree.workshop(beside) as folder:
            (folder / "new" / "alli").mkdir(parents=True)
            (folder / "new" / "alli" / "version.py").write_text(VERSION, "utf-8")
            assert kept() == before
            yield folder / "new"

    def kept() -> tuple[str, str, list[str]]:
        version = (project.folder / "v.py").read_text("utf-8")
        return project.spec.read_text("utf-8"), version, list(fragments(project))

    def interrupted(output: Path, new: Path) -> bool:
        # To this thread, which is the only one that the command has: a test runner has more.
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return moved(output, new)

    before, moved = kept(), replace_tree.replace
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    monkeypatch.setattr(pipeline, "built", built)
    monkeypatch.setattr(replace_tree, "replace", interrupted)
    try:
        status = project.run("update", given(project, LABELS)).status
    finally:
        signal.signal(signal.SIGINT, heard)
    assert status == 130
    assert all(new != old for new, old in zip(kept(), before, strict=True))
    assert '__version__ = "0.1.1"' in (project.output / "alli" / "version.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("present", "released", "kinds", "version"),
    [
        ("0.1.0", [], [True], "0.1.0"),
        ("0.1.0", ["0.1.0"], [True, False], "0.2.0"),
        ("0.1.0", ["0.1.0"], [False], "0.1.1"),
        ("0.1.0", ["0.1.0"], [], "0.1.0"),
        ("0.2.0", ["0.1.0"], [False], "0.2.0"),
        ("0.1.1", ["0.1.0"], [True], "0.2.0"),
        ("1.4.2", ["1.4.2", "1.4.1"], [True], "2.0.0"),
        ("1.4.2", ["1.4.1", "1.4.2"], [False], "1.5.0"),
        ("2.0.0rc1", ["1.4.2", "2.0.0rc1"], [False], "2.1.0"),
    ],
)
def test_the_version_is_a_step_after_the_last_release_and_never_steps_back(
    present: str, released: list[str], kinds: list[bool], version: str
) -> None:
    changes = [Change("client.x.list()", "new", breaking) for breaking in kinds]
    assert update.next_version(present, released, changes) == version


def test_the_projects_own_notes_are_where_the_release_looks_for_them() -> None:
    assert update.NOTES.fragments.is_dir()
    assert '__version__ = "' in update.NOTES.version.read_text("utf-8")
    assert Path(pipeline.ROOT, "CHANGELOG.md") == update.NOTES.changelog
