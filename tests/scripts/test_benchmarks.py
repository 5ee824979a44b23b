"""The arithmetic of scripts/bench, the server it measures against, and what the README says it printed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from scripts.benchmarks.cases import CASES, OURS, SCALES
from scripts.benchmarks.report import line_of, markdown
from scripts.benchmarks.runs import once, ratio
from scripts.benchmarks.scale import counts, exponent
from scripts.benchmarks.server import serve, speed
from scripts.benchmarks.worker import CASES as WORKER_CASES
from tests.scripts.readme import ROOT, TEXT

RESULTS = json.loads((ROOT / "scripts/benchmarks/results.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve() as address:
        yield address


def test_the_readme_has_the_table_that_results_json_gives() -> None:
    told = TEXT.partition("<!-- what scripts/bench printed -->")[2].partition("<!-- end of it -->")[0]
    assert told.strip() == markdown(RESULTS).strip()


def test_the_results_name_no_machine_and_no_path() -> None:
    assert set(RESULTS["machine"]) == {"cores", "load", "architecture", "system", "python", "versions"}
    assert str(ROOT) not in json.dumps(RESULTS)


def test_the_results_have_every_line_and_every_growth() -> None:
    titles = [line["title"] for line in RESULTS["lines"]]
    missing = [case.title for case in CASES if case.title not in titles]
    # Of a quick run, the peak of a process that has done much else before tells nothing of a stream.
    assert missing == (["memory while snapshots stream"] if RESULTS["quick"] else [])
    assert [scale["title"] for scale in RESULTS["scales"]] == [scale.title for scale in SCALES]


def test_each_line_asks_for_a_case_the_worker_has() -> None:
    assert {case.case for case in CASES} | {scale.case for scale in SCALES} <= set(WORKER_CASES)


def test_a_ratio_is_one_of_medians_with_the_middle_half_of_the_rounds() -> None:
    found = ratio({"ours": [2.0, 4.0, 30.0], "theirs": [2.0, 2.0, 3.0]}, "ours", "theirs")
    assert (found.median, found.low, found.high) == (2.0, 1.5, 6.0)


@pytest.mark.parametrize("power", [1, 2], ids=["linear", "quadratic"])
def test_the_exponent_tells_linear_from_quadratic(power: int) -> None:
    costs = {count: 3e-6 * float(count) ** power for count in counts(10_000)}
    assert exponent(costs) == pytest.approx(power)


def test_a_missed_goal_is_told_in_its_line() -> None:
    case = CASES[0]
    figures = {"alli-sdk": [2.0, 2.0], "httpx": [1.0, 1.0], "openai": [3.0, 3.0]}
    line = line_of(case, figures, {peer: values[0] for peer, values in figures.items()})
    assert line["missed"] == "≤ 1.15 × httpx, ≤ ½ rival"


def test_the_server_says_what_it_can_do(url: str) -> None:
    found = speed(url, calls=50)
    assert found["calls_per_second"] > 0
    assert found["cpu_us"] > 0


@pytest.mark.parametrize("peer", [OURS, "httpx", "raw client"])
def test_a_peer_does_its_jobs_in_a_process_of_its_own(url: str, peer: str) -> None:
    jobs = {"one_call": 2, "paging": 250}
    if peer != "raw client":
        jobs |= {"deltas": 5, "snapshots": 5, "large": 2, "first_text": 1, "messages": 3, "upload": 1}
    figures = once(peer, url, jobs)
    assert set(figures) == set(jobs)
    assert figures["one_call"]["cpu"] > 0


def test_a_peer_that_fails_is_told_with_its_last_word(url: str) -> None:
    with pytest.raises(RuntimeError, match=r"tool_call of raw client: AttributeError"):
        once("raw client", url, {"tool_call": 1})


def test_the_commands_options_are_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "--quick" in done.stdout
