"""spec/README.md accounts for every statement of the overlay, and its example of a new operation works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML

from generator.document.files import Document
from generator.document.overlay import apply
from tests.spec.parsing import endpoints
from tests.spec.reading import FOLDER, OVERLAY, README, arguments, operations

GRADES = {"doc", "live", "doc·P", "code", "assumed", "ours"}
_TEXT = README.read_text("utf-8")
_OVERLAY = OVERLAY.read_text("utf-8")


def rows() -> dict[int, list[str]]:
    """The table's rows by number: statement, grade, where."""
    lines = re.findall(r"^\| (\d+) \| (.+) \| (.+?) \| (.+?) \|$", _TEXT, re.MULTILINE)
    assert len(lines) == len({number for number, *_ in lines}), "a number is given twice"
    return {int(number): rest for number, *rest in lines}


def cited(text: str) -> set[int]:
    """Row numbers in a text that says `row 3`, `rows 1, 7` or `rows 11 to 14`."""
    numbers: set[int] = set()
    for match in re.finditer(r"\brows? (\d+(?:(?:, | to | and )\d+)*)", text):
        found = [int(number) for number in re.findall(r"\d+", match[1])]
        numbers |= set(range(found[0], found[1] + 1)) if " to " in match[1] else set(found)
    return numbers


def test_rows_are_counted_without_a_gap_and_graded() -> None:
    assert sorted(rows()) == list(range(1, len(rows()) + 1))
    for number, (_, grade, _) in rows().items():
        assert any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", grade) for word in GRADES), number


def test_a_row_the_overlay_names_exists_and_says_so() -> None:
    assert cited(_OVERLAY) <= set(rows())
    assert {number for number, (*_, where) in rows().items() if "overlay" in where} == cited(_OVERLAY)


def test_every_repair_names_its_row_and_grade() -> None:
    repairs, operations_part = _OVERLAY.split("- Operations\n")
    assert len(cited(operations_part.splitlines()[0])) == 1
    comment = ""
    for line in repairs.splitlines():
        if line.startswith("# ------"):
            comment = ""  # each part begins with its own comment
        elif line.startswith("  #"):
            comment = line
        elif line.startswith("  - target:"):
            assert cited(comment), line
            assert any(grade in comment for grade in GRADES), comment


def named_elsewhere() -> list[tuple[Path, str]]:
    """What of this README the repository names: `row 3`, `error E4` or the title of a part in quotation marks; and where."""
    return [
        (file, match[1])
        for place in ("generator", "adapters", "tests", "scripts")
        for file in sorted((FOLDER.parent / place).rglob("*"))
        if file.suffix in (".py", ".jinja", ".yaml", ".md")
        for match in re.finditer(
            r'spec/README\.md,? \(?(rows? [\d, toand]+|error E\d+|"[^"]+")', file.read_text("utf-8")
        )
    ]


def test_what_is_named_anywhere_in_the_repository_exists() -> None:
    found = named_elsewhere()
    assert {file.name for file, _ in found} >= {"responses.py"}, "it names an error"
    for file, name in found:
        if name.startswith("row"):
            assert cited(name) <= set(rows()), file
        elif name.startswith("error"):
            assert f"\n| {name.split()[1]} | " in _TEXT, file
        else:
            title = name.strip('"')
            assert f"# {title}\n" in _TEXT, file


def test_the_vocabulary_in_use_is_the_one_described(merged: dict[str, Any]) -> None:
    part = _TEXT.split("### On an operation")[1].split("### On the document")[0]
    described = set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))
    used: set[str] = set()
    for operation in operations(merged):
        used |= set(operation.sdk)
    for schema in merged["components"]["schemas"].values():
        used |= set(schema.get("x-alli-sdk", {}))
    assert used - described == set()
    # Offered to operations to come: all of today's follow the default, and none answers a file.
    assert described - used <= {"answer", "idempotent", "result"}


@pytest.mark.parametrize("word", ["chat/completions", "folders", "multimodal", "upload_from_aws_s3"])
def test_an_operation_that_stays_out_is_listed_with_what_is_unknown(word: str, merged: dict[str, Any]) -> None:
    part = _TEXT.split("## Operations that stay out")[1].split("\n## ")[0]
    (unknown,) = [
        row.split(" | ")[1] for row in part.splitlines() if row.startswith("| `") and f"/{word}" in row.split(" | ")[0]
    ]
    assert len(unknown) > 10
    assert not [path for path in merged["paths"] if f"/{word}" in path]


def example() -> list[tuple[str, Any]]:
    """The example's YAML blocks, each with what its first line calls it."""
    blocks = re.findall(r"```yaml\n# (.+?)\n(.+?)```", _TEXT.split("### Adding an operation")[1], re.DOTALL)
    return [(title, YAML(typ="safe").load(block)) for title, block in blocks]


@pytest.fixture(scope="module")
def with_example(vendor_document: Document, overlay_document: Document) -> dict[str, Any]:
    spec, overlay = vendor_document.copy(), overlay_document.copy()
    (paths, schemas, actions) = example()
    assert [title for title, _ in example()] == ["spec: paths", "spec: components.schemas", "overlay: actions"]
    spec.data["paths"].update(paths[1])
    spec.data["components"]["schemas"].update(schemas[1])
    overlay.data["actions"] += actions[1]
    return apply(spec, overlay).data


def test_the_example_of_a_new_operation_is_valid_and_complete(with_example: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(with_example).iter_errors()) == []
    added = [operation for operation in operations(with_example) if operation.sdk["resource"] == "webhooks"]
    assert [arguments(with_example, operation) for operation in added] == [[]]


def test_the_example_reaches_the_code_generator_whole(with_example: dict[str, Any]) -> None:
    assert "list_webhooks" in endpoints(with_example)
