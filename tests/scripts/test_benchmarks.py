"""The arithmetic of scripts/bench, the server it measures against, and what docs/benchmarks.md says it printed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from scripts.benchmarks.__main__ import main
from scripts.benchmarks.cases import CASES, OURS, REGENERATION, SCALES
from scripts.benchmarks.comparing import FEWER, QUICK_ROUNDS, ROUNDS, Plan
from scripts.benchmarks.details import PARTS, Part, chosen, measured
from scripts.benchmarks.endless import KINDS, read
from scripts.benchmarks.many_rows.kills import killed
from scripts.benchmarks.many_rows.service import SECONDS, Service, serving
from scripts.benchmarks.many_rows.starting import measured as rows_by
from scripts.benchmarks.measure import Row
from scripts.benchmarks.peers import NAMES
from scripts.benchmarks.plot import shown
from scripts.benchmarks.report import limited, line_of, markdown, terminal
from scripts.benchmarks.runs import BenchError, once, ratio
from scripts.benchmarks.scale import counts, exponent
from scripts.benchmarks.serving import ServerClock, serve, speed
from scripts.benchmarks.spent import check, repeated
from scripts.benchmarks.worker import CASES as WORKER_CASES
from tests.places import ROOT

TITLES = [case.title for case in CASES] + [REGENERATION.title]
RESULTS = json.loads((ROOT / "scripts/benchmarks/results.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve() as address:
        yield address


def test_the_page_has_the_table_that_results_json_gives() -> None:
    text = (ROOT / "docs/benchmarks.md").read_text("utf-8")
    table = text.partition("<!-- what scripts/bench printed -->")[2].partition("<!-- end of it -->")[0]
    assert table.strip() == markdown(RESULTS).strip()


def test_the_results_name_no_machine_and_no_path() -> None:
    assert set(RESULTS["machine"]) == {"cores", "load", "architecture", "system", "python", "versions"}
    assert str(ROOT) not in json.dumps(RESULTS)


def test_the_results_have_every_line_and_every_growth() -> None:
    titles = [line["title"] for line in RESULTS["lines"]]
    assert titles == [*(case.title for case in CASES), REGENERATION.title]
    assert [scale["title"] for scale in RESULTS["scales"]] == [scale.title for scale in SCALES]


def test_each_line_asks_for_a_case_the_worker_has() -> None:
    assert {case.case for case in CASES} | {scale.case for scale in SCALES} <= set(WORKER_CASES)


def test_a_ratio_is_one_of_medians_with_the_middle_half_of_the_rounds() -> None:
    found = ratio({"ours": [2.0, 4.0, 30.0], "theirs": [2.0, 2.0, 3.0]}, "ours", "theirs", 0.1)
    assert (found.median, found.low, found.high) == (2.0, 1.5, 6.0)


def test_what_can_not_be_told_from_nothing_counts_as_the_least_that_can() -> None:
    found = ratio({"ours": [-1.0, 0.0], "theirs": [4.0, 4.0]}, "ours", "theirs", 0.5)
    assert found.median == 0.125


@pytest.mark.parametrize("power", [1, 2], ids=["linear", "quadratic"])
def test_the_exponent_tells_linear_from_quadratic(power: int) -> None:
    costs = {count: 3e-6 * float(count) ** power for count in counts(10_000)}
    assert exponent(costs) == pytest.approx(power)


def test_a_missed_goal_is_told_in_its_line() -> None:
    case = CASES[0]
    figures = {"alli-sdk": [2.0, 2.0], "httpx": [1.0, 1.0], "openai": [3.0, 3.0]}
    line = line_of(case, figures, None)
    assert line["missed"] == "≤ 0.9 × httpx, ≤ ½ rival"
    assert "missed: ≤ 0.9 × httpx, ≤ ½ rival" in terminal([line])


def test_a_goal_that_is_met_is_not_told_as_missed() -> None:
    figures = {"alli-sdk": [0.8, 0.9], "httpx": [1.0, 1.0], "openai": [3.0, 3.0], "anthropic": [2.2, 2.2]}
    assert line_of(CASES[0], figures, None)["missed"] == ""


def test_a_busy_server_is_told_with_the_peer_it_was_busy_for() -> None:
    figures = {"alli-sdk": [1.0], "httpx": [1.0]}
    busy = line_of(CASES[0], figures, {"alli-sdk": [0.2, 0.95, 0.97], "httpx": [0.5, 0.1, 0.3]})
    idle = line_of(CASES[1], figures, {"alli-sdk": [0.3], "httpx": [0.89]})
    assert limited({"lines": [busy, idle, line_of(CASES[2], figures, None)]}) == [f"{CASES[0].title} (alli-sdk)"]
    assert "95%" in terminal([busy])


def test_a_full_run_takes_every_peer_once_a_round_and_a_quick_one_shares_processes() -> None:
    calls = [case for case in CASES if case.case == "one_call"]
    (title,) = {case.title for case in calls}
    assert Plan(quick=False, only=title).steps == ROUNDS * len(calls[0].peers)
    assert Plan(quick=True, only=title).steps == QUICK_ROUNDS * len(calls[0].peers)
    assert Plan(quick=True).steps < Plan(quick=False).steps


def test_lines_of_one_case_share_its_runs() -> None:
    only = "a 1 GiB upload"
    plan = Plan(quick=False, only=only)
    assert len(plan.cases) == 2
    assert plan.steps == FEWER["upload"] * len(plan.cases[0].peers)


def test_what_is_too_little_to_be_measured_is_done_again() -> None:
    done: list[int] = []

    def action() -> int:
        done.append(0)
        return 3

    assert repeated(action, 3) == 3 * len(done)
    assert len(done) > 1


def test_a_peer_that_does_not_do_its_job_is_told() -> None:
    with pytest.raises(ValueError, match="a peer gave 2, not 3"):
        repeated(lambda: 2, 3)
    check("same", "same")


def test_the_plot_that_is_kept_has_a_row_for_every_ratio_to_httpx_that_is_no_memory() -> None:
    text = (ROOT / "docs/benchmarks.svg").read_text("utf-8")
    assert [line["title"] for line in shown(RESULTS["lines"]) if line["title"] not in text] == []
    assert {line["unit"] for line in RESULTS["lines"]} - {line["unit"] for line in shown(RESULTS["lines"])} == {"MiB"}
    assert [peer for peer in NAMES if peer not in text] == []


def test_the_server_tells_its_cpu_time(url: str) -> None:
    with closing(ServerClock(url)) as clock:
        before = clock.read()
        speed(url, calls=200)
        assert clock.read() > before


def test_the_server_says_what_it_can_do(url: str) -> None:
    found = speed(url, calls=50)
    assert found["calls_per_second"] > 0
    assert found["cpu_us"] > 0


@pytest.mark.parametrize("peer", [OURS, "httpx", "raw client"])
def test_a_peer_does_its_jobs_in_a_process_of_its_own(url: str, peer: str) -> None:
    jobs = {"one_call": 2, "paging": 250, "tls_call": 2}
    if peer != "raw client":
        jobs |= {"async_call": 2, "async_deltas": 5, "relay": 3, "held": 3, "async_upload": 1}
        jobs |= {"deltas": 5, "paced": 5, "packed": 5, "snapshots": 5, "large": 2, "first_text": 1, "upload": 1}
        jobs |= {"messages": 3, "gzip_call": 2, "rows": 20, "ask_tool": 2}
        # Last: before each case the garbage collector goes through all there is, and LangChain is much.
        jobs |= {"tool_call": 1, "toolkit": 2}
    figures = once(peer, url, jobs.items())
    assert len(figures) == len(jobs)
    assert all(each["cpu"] > 0 for each in figures)


def test_a_peer_that_fails_is_told_with_its_last_word(url: str) -> None:
    with pytest.raises(BenchError, match=r"raw client: AttributeError: .* tool_call of 1$"):
        once("raw client", url, [("one_call", 1), ("tool_call", 1)])


def test_a_peer_that_hangs_is_given_up(url: str) -> None:
    with pytest.raises(BenchError, match=r"raw client: not done after 0.01 s with one_call=1"):
        once("raw client", url, [("one_call", 1)], timeout=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_too_long_to_keep_is_read_to_its_end(url: str, kind: str) -> None:
    told = list(read(url, kind, 20_000))
    assert [each["records"] for each in told] == list(range(2000, 20_001, 2000))
    assert round(told[-1]["text"] * (1 << 20)) == (20_000 if kind == "long" else 1)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def left(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """The status that the command leaves with before it measures anything, and what it prints."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return caught.value.code, *capsys.readouterr()


def test_the_commands_options_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, errors = left(capsys, "--help")
    assert (status, errors) == (0, "")
    assert "--quick" in out


def test_an_unknown_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, errors = left(capsys, "--fast")
    assert status == 2
    assert "unrecognized arguments: --fast" in errors


def test_only_without_a_match_tells_the_titles_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, errors = left(capsys, "--only", "no such line", "--long")
    assert status == 2
    assert "no title has 'no such line' in it" in errors
    titles = [*TITLES, *(scale.title for scale in SCALES), *(part.title for part in PARTS)]
    assert [title for title in titles if title not in errors] == []


def test_each_part_of_the_details_can_be_chosen() -> None:
    titles = [part.title for part in PARTS]
    assert [[part.title for part in chosen(title)] for title in titles] == [[title] for title in titles]


def test_a_part_of_the_details_that_fails_is_reported_and_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> Iterator[Row]:
        yield "first", "1 s", ""
        raise BenchError("no luck")

    def end() -> Iterator[Row]:
        yield "second", "2 s", ""

    assert not measured([Part("one", fail, end), Part("two", end, fail)], quick=False)
    said = capsys.readouterr().out.split()
    assert said.index("first") < said.index("FAILED:") < said.index("second")
    assert measured([Part("one", fail, end)], quick=True)


@pytest.fixture(scope="module")
def emulator_of_rows() -> Iterator[Service]:
    with serving("emulator") as service:
        yield service


@pytest.mark.parametrize("program", ["sockets", "httpx", "aiohttp", "map", "map-aiohttp"])
def test_each_program_for_many_rows_sends_each_row_once(emulator_of_rows: Service, program: str) -> None:
    before = emulator_of_rows.report().ran
    figures = rows_by(program, *emulator_of_rows.arguments, "20")
    ran = emulator_of_rows.report().ran
    assert figures["seconds"] >= SECONDS
    # Ten are sent before, to load what is loaded late.
    assert ran - before == {str(number): 2 if number < 10 else 1 for number in range(20)}


def test_the_bare_server_answers_rows_as_late_as_the_emulator() -> None:
    with serving("bare") as service:
        assert rows_by("sockets", *service.arguments, "20")["seconds"] >= SECONDS
        assert service.report().ran.total() == 30


def test_rows_of_a_process_that_is_killed_are_counted() -> None:
    found = killed(1, 40, within=0.05)
    assert (found["kills"], found["done"] + found["unknown"], found["twice"], found["lost"]) == (1, 40, 0, 0)


def test_files_are_not_written_for_some_of_the_lines() -> None:
    done = bench("--only", "one call", "--write")
    assert done.returncode == 2
    assert "not with --only" in done.stderr
