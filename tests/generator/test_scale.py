"""A document twenty times as large is made into a package, whole, and in memory any machine has."""

from __future__ import annotations

import json
import os
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


def things(document: dict[str, Any]) -> int:
    """How many models with four operations each `large` has added."""
    count = sum(url.startswith("/webapi/v2/things") for url in document["paths"]) // 2
    assert sum(len(item) for item in document["paths"].values()) >= OPERATIONS
    return count


PROGRAM = """
import sys
from generator.__main__ import main
from scripts.benchmarks.spent import memory

status = main(sys.argv[1:])
print(memory())
raise SystemExit(status)
"""


@pytest.mark.timeout(240)
def test_three_hundred_operations_are_all_there_and_take_less_than_400_mebibytes(tmp_path: Path) -> None:
    """It takes 150. Were all models copied for each operation (generator/raw.py), it would be 850, and five times as long."""
    document = large()
    (tmp_path / "spec.json").write_text(json.dumps(document))
    arguments = ["--spec", "spec.json", "--overlay", str(pipeline.OVERLAY), "--output", "out"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert float(done.stdout.splitlines()[-1]) < 400, "MiB of peak memory"
    output = tmp_path / "out"
    reference = (output / "reference.md").read_text("utf-8")
    for number in range(1, things(document) + 1):
        for method in ("list", "create", "get", "delete"):
            assert f"### client.things{number}.{method}\n" in reference
        for model in (f"thing_{number}", f"thing_{number}_part", f"thing_{number}_kind"):
            assert (output / "alli" / "_raw" / "models" / f"{model}.py").exists()
