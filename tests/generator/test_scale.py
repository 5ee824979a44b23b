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
from scripts.benchmarks.large_document import OPERATIONS, large_document
from tests.places import ROOT


def things(document: dict[str, Any]) -> int:
    """How many models with four operations each `large_document` has added."""
    count = sum(url.startswith("/webapi/v2/things") for url in document["paths"]) // 2
    assert sum(len(item) for item in document["paths"].values()) >= OPERATIONS
    return count


# The type checker is a program apart, and what it would say of seventy models alike takes half of the time.
PROGRAM = """
import sys
from generator import pipeline
from generator.__main__ import main
from scripts.benchmarks.spent import memory

pipeline.type_check.check_types = lambda _: None
status = main(sys.argv[1:])
print(memory())
raise SystemExit(status)
"""


@pytest.mark.takes_long
@pytest.mark.timeout(240)
def test_three_hundred_operations_are_all_there_and_take_less_than_400_mebibytes(tmp_path: Path) -> None:
    """It takes 150. Were all models copied for each operation (generator/raw/package.py), it would be 850, and five times as long."""
    document = large_document()
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
            assert (output / "alli" / "raw" / "models" / f"{model}.py").exists()
