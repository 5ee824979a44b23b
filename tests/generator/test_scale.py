"""A document twenty times as large is made into a package in a time one waits for, in memory any machine has."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator import pipeline
from generator.document import load
from tests.places import ROOT

OPERATIONS = 300


def large() -> dict[str, Any]:
    """The present spec and, for each four operations more, two models that refer to each other and to those before."""
    data = load(pipeline.SPEC).data
    schemas = data["components"]["schemas"]
    count = sum(len(item) for item in data["paths"].values())
    number = 0
    while count < OPERATIONS:
        number += 1
        name = f"Thing{number}"
        schemas[name] = {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                **{f"field{index}": {"anyOf": [{"type": "string"}, {"type": "null"}]} for index in range(12)},
                "kind": {"type": "string", "enum": [f"a{number}", "b"]},
                "parts": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}Part"}},
                "before": {"$ref": f"#/components/schemas/Thing{max(1, number - 1)}"},
            },
        }
        schemas[f"{name}Part"] = {"type": "object", "properties": {"whole": {"$ref": f"#/components/schemas/{name}"}}}
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        answer = {"responses": {"200": {"description": "Done", "content": content}}}
        path = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        queries = [{"name": f"by{index}", "in": "query", "schema": {"type": "string"}} for index in range(6)]
        data["paths"][f"/webapi/v2/things{number}"] = {
            "get": {"parameters": queries, **answer},
            "post": {"requestBody": {"content": content}, **answer},
        }
        data["paths"][f"/webapi/v2/things{number}/{{id}}"] = {
            "get": {"parameters": [path], **answer},
            "delete": {"parameters": [path], **answer},
        }
        count += 4
    return data


@pytest.mark.timeout(240)
def test_three_hundred_operations_take_less_than_thirty_seconds_and_a_gibibyte(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(large()))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "generator",
            "--spec",
            "spec.json",
            "--overlay",
            str(pipeline.OVERLAY),
            "--output",
            "out",
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr[-2000:]
    # The program's own time, and that of what it runs: what else the machine does meanwhile is not its matter.
    assert (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime) < 30
    unit = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, kibibytes elsewhere; the largest of all processes
    assert after.ru_maxrss * unit < 1 << 30
    assert "### client.things72.create\n" in (tmp_path / "out" / "reference.md").read_text("utf-8")
