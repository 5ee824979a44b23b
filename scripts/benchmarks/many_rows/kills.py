"""A process that goes on from its resume file and is killed at random moments: which rows are done, twice, or lost."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from scripts.benchmarks.many_rows.service import Service, serving
from scripts.benchmarks.many_rows.starting import command

__all__ = ["killed"]

WITHIN = 1.0
"""Seconds after it has begun with the rows in which the process is killed."""


def killed(kills: int, rows: int, within: float = WITHIN) -> Counter[str]:
    """Kills so often, lets each file of `rows` rows be finished, and counts: "done", "unknown", "twice" and "lost", beside "kills"."""
    found: Counter[str] = Counter(kills=0)
    while found["kills"] < kills:
        with serving("emulator") as service, tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.jsonl"
            program = command("resume", *service.arguments, str(rows), str(file))
            while found["kills"] < kills and not _ends(program, within):
                found["kills"] += 1
            subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
            found.update(_balance(service, file, rows))
    return found


def _ends(program: list[str], within: float) -> bool:
    """Whether the program ends by itself before it is killed."""
    with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
        if process.stdout is not None:
            process.stdout.readline()
        try:
            return process.wait(random.uniform(0, within)) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            return False


def _balance(service: Service, file: Path, rows: int) -> dict[str, int]:
    ran = service.report().ran
    last: dict[int, str] = {}
    for line in file.read_text("utf-8").splitlines()[1:]:
        entry = json.loads(line)
        last[entry["index"]] = entry["status"]
    done = {index for index, status in last.items() if status == "ok"}
    return {
        "done": len(done),
        "unknown": len(last) - len(done),
        "twice": sum(times > 1 for times in ran.values()),
        # What no line mentions, and what is said to be done and was not.
        "lost": rows - len(last) + sum(str(index) not in ran for index in done),
    }
