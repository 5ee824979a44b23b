"""A stream of ten million records, an hour's worth and more: what it takes of memory while it runs.

Run as `python -m scripts.benchmarks.endless URL KIND COUNT`, it reads one stream and prints a line of JSON after each tenth.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from alli import TextDelta, TextReplaced

from scripts.benchmarks.measure import Row
from scripts.benchmarks.peers.alli_sdk import Peer
from scripts.benchmarks.runs import BenchError
from scripts.benchmarks.serving import serve
from scripts.benchmarks.spent import forget_peak, memory

__all__ = ["TITLE", "read", "rows"]

TITLE = "memory of a stream of 10 million records"
COUNT = 10_000_000
KINDS = {"long": "deltas", "still": "snapshots"}
"""Each delta is a character, so the text grows; the snapshots are two in turns, so it doesn't."""
LIMIT = 1.0
"""MiB that it may take besides the text."""
SLACK = 1.25
"""A text that grows is given room for a quarter more than there is of it, so that it need not move each time."""


def rows(count: int = COUNT) -> Iterator[Row]:
    """Both kinds of stream, each in a separate process, as it goes on."""
    with serve() as url:
        for kind, title in KINDS.items():
            command = [sys.executable, "-m", "scripts.benchmarks.endless", url, kind, str(count)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                for line in process.stdout or ():
                    yield _row(title, json.loads(line))
            if process.returncode:
                raise BenchError(f"{title}: exit code {process.returncode}")


def _row(title: str, told: dict[str, float]) -> Row:
    besides = told["memory"] - SLACK * told["text"]
    text = f"{told['memory']:6.1f} MiB, {told['text']:.1f} of them text  ({told['us']:.1f} us a record)"
    verdict = "" if besides <= LIMIT else "  MISSED"
    return f"{title}, {told['records'] / 1e6:g} M", text, f"at most {LIMIT:g} + {SLACK:g} x text{verdict}"


def read(url: str, kind: str, count: int) -> Iterator[dict[str, float]]:
    """Reads one stream of `count` records to its end; after each tenth of them, the memory it has taken, in MiB."""
    warm = Peer(f"{url}/{kind}/1000/1")
    for _ in warm.events():
        pass
    warm.close()
    peer = Peer(f"{url}/{kind}/{count}/1")
    before, began = forget_peak(), time.process_time()
    records, length = 0, 0
    for event in peer.events():
        if isinstance(event, TextDelta):
            length += len(event.text)
        elif isinstance(event, TextReplaced):
            length = len(event.text)
        else:
            continue
        records += 1
        if not records * 10 % count:
            spent = (time.process_time() - began) * 1e6 / records
            yield {"records": records, "memory": memory() - before, "text": length / (1 << 20), "us": spent}
    peer.close()


if __name__ == "__main__":
    for told in read(sys.argv[1], sys.argv[2], int(sys.argv[3])):
        print(json.dumps(told), flush=True)
