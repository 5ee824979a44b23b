"""The shell scripts, each run in a copy of the tree whose Python only notes what it is asked to do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.places import ROOT

SCRIPTS = [
    "scripts/bootstrap",
    "scripts/demo",
    "scripts/test",
    "scripts/test-oldest",
    "scripts/test-newest",
    "scripts/test-pythons",
    "scripts/test-frozen",
    "scripts/test-agents",
    "scripts/test-ray",
    "scripts/lint",
    "scripts/regenerate",
    "scripts/docs",
    ".ci/run",
]
ALL = [*SCRIPTS, "scripts/bench", "scripts/release"]
OLDEST = "tests/alli tests/langchain_alli tests/alli_otel/test_spans*.py"

# Stands for Python: notes its arguments, and fails as told by `fail`, a file with lines `what status`.
PYTHON = """\
#!/bin/sh
case "$*" in *version_info*|*ensurepip*) exit 0;; esac
echo "$*" >> "$TREE/calls"
case "$*" in "-m venv"*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python"; exit 0;; esac
[ ! -f "$TREE/fail" ] || while read -r what status; do
    case "$*" in *"$what"*) exit "$status";; esac
done < "$TREE/fail"
"""


@dataclass
class Tree:
    """A copy of what the scripts need, in a folder with a space in its name."""

    folder: Path

    @property
    def _calls(self) -> Path:
        return self.folder / "calls"

    def run(self, script: str, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a script from another folder, with an empty HOME."""
        self._calls.unlink(missing_ok=True)
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        found = f"{self.folder / 'bin'}:{os.environ['PATH']}" if path is None else path
        return subprocess.run(
            [self.folder / script, *arguments],
            cwd=home,
            env={"PATH": found, "HOME": str(home), "TREE": str(self.folder)},
            capture_output=True,
            text=True,
        )

    @property
    def calls(self) -> list[str]:
        """What Python was asked to do by the last run."""
        return self._calls.read_text().splitlines() if self._calls.exists() else []

    def let_fail(self, *whats: str) -> None:
        """`what status` each: Python will end with that status when what it is asked to do contains `what`."""
        (self.folder / "fail").write_text("".join(f"{what}\n" for what in whats))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree as it is after a clone; the only Python on PATH notes what it is asked to do."""
    folder = tmp_path / "a clone"
    (folder / "bin").mkdir(parents=True)
    for name in [
        *SCRIPTS,
        "scripts/constraints.txt",
        "scripts/oldest.txt",
        "scripts/agents.txt",
        "scripts/site/constraints.txt",
        "pyproject.toml",
    ]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    python = folder / "bin/python3.11"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return Tree(folder)


@pytest.fixture
def ready(tree: Tree) -> Tree:
    """The same after scripts/bootstrap."""
    assert tree.run("scripts/bootstrap").returncode == 0
    return tree


@pytest.mark.parametrize("script", ALL)
def test_a_script_is_executable_and_begins_with_what_it_does(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    shebang, comment = path.read_text("utf-8").splitlines()[:2]
    assert shebang == "#!/bin/sh"
    assert re.match(r"# [A-Z].+[.,]", comment)
    subprocess.run(["sh", "-n", path], check=True)


def test_a_script_does_what_the_contributors_page_says_it_does() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for script in SCRIPTS[2:-1]:
        words = (ROOT / script).read_text("utf-8").splitlines()[1].removeprefix("# ").partition(".")[0]
        row = next(line for line in text.splitlines() if line.startswith(f"| `{script}`"))
        assert words.partition(":")[0].lower().replace("`", "") in row.lower().replace("`", "")


def test_each_newer_python_that_is_found_runs_the_tests_with_the_newest_of_everything(tree: Tree) -> None:
    versions = ["3.12", "3.13", "3.14"]
    for version in versions:
        shutil.copy(tree.folder / "bin/python3.11", tree.folder / f"bin/python{version}")
    done = tree.run("scripts/test-pythons", "tests/alli_otel")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Tested with Python: 3.12 3.13 3.14.")
    assert [call for call in tree.calls if "pytest" in call] == [
        "-m pytest -n auto --maxprocesses 4 --dist loadfile tests/alli_otel"
    ] * len(versions)
    assert not (tree.folder / ".venv").exists(), "which only the Python of .venv needs"


def test_bootstrap_makes_the_environment_once_and_is_silent_after_that(tree: Tree) -> None:
    first = tree.run("scripts/bootstrap")
    assert first.returncode == 0, first.stderr
    assert [call.split()[1] for call in tree.calls] == ["venv", "pip", "compileall", "generator"]
    assert first.stdout.splitlines()[-1].endswith("scripts/test runs the tests.")
    again = tree.run("scripts/bootstrap")
    assert (again.returncode, again.stdout, again.stderr, tree.calls) == (0, "", "", [])


@pytest.mark.parametrize("file", ["pyproject.toml", "scripts/constraints.txt"])
def test_bootstrap_installs_again_what_has_changed(ready: Tree, file: str) -> None:
    with (ready.folder / file).open("a") as text:
        text.write("# changed\n")
    ready.run("scripts/bootstrap")
    assert [call.split()[1] for call in ready.calls] == ["pip", "compileall", "generator"]


def test_bootstrap_installs_again_in_a_tree_that_was_moved(ready: Tree) -> None:
    moved = Tree(ready.folder.with_name("elsewhere"))
    ready.folder.rename(moved.folder)
    moved.run("scripts/bootstrap")
    assert [call.split()[1] for call in moved.calls] == ["pip", "compileall", "generator"]


def test_bootstrap_is_done_when_generated_code_is_not_what_the_spec_gives(tree: Tree) -> None:
    tree.let_fail("generator 1")
    done = tree.run("scripts/bootstrap")
    assert (done.returncode, done.stderr) == (0, "")
    assert tree.run("scripts/bootstrap").stdout == ""


def test_an_installation_that_failed_is_begun_again(tree: Tree) -> None:
    tree.let_fail("pip 9")
    assert tree.run("scripts/bootstrap").returncode == 9
    tree.let_fail()
    assert tree.run("scripts/bootstrap").returncode == 0
    assert any("pip install" in call for call in tree.calls)


def test_bootstrap_says_which_python_it_needs(tree: Tree) -> None:
    tools = tree.folder / "tools"
    tools.mkdir()
    for tool in ("sh", "dirname", "cat", "cksum"):
        (tools / tool).symlink_to(shutil.which(tool) or pytest.skip(f"no {tool}"))
    done = tree.run("scripts/bootstrap", path=str(tools))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Python 3.11 or newer" in done.stderr


@pytest.mark.parametrize(
    ("script", "call"),
    [
        ("scripts/test", "-m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -k one two"),
        ("scripts/regenerate", "-m generator -k one two"),
        ("scripts/demo", "-m scripts.demo -k one two"),
    ],
)
def test_a_script_hands_arguments_on_and_ends_with_the_status_of_its_tool(ready: Tree, script: str, call: str) -> None:
    assert ready.run(script, "-k", "one two").returncode == 0
    assert ready.calls == [call]
    ready.let_fail(f"{call.split()[-4]} 7")
    assert ready.run(script, "-k", "one two").returncode == 7


def test_coverage_is_asked_for_last_so_that_a_path_is_not_taken_for_its_value(ready: Tree) -> None:
    assert ready.run("scripts/test", "--cov", "-k", "one two").returncode == 0
    assert ready.calls == ["-m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -k one two --cov"]


def test_lint_runs_every_tool_whatever_one_finds_and_ends_with_the_first_status(ready: Tree) -> None:
    ready.let_fail("mypy 3", "pyright 4")
    done = ready.run("scripts/lint")
    assert done.returncode == 3
    assert [call.split()[call.startswith("-m ")] for call in ready.calls] == [
        "ruff",
        "ruff",
        "scripts/words.py",
        ".venv/bin/lint-imports",
        "mypy",
        "pyright",
    ]
    assert all(f"==> python {call}" in done.stdout for call in ready.calls)
    ready.let_fail()
    assert ready.run("scripts/lint").returncode == 0


@pytest.mark.parametrize("fails", ["pytest", "mypy", "--check"])
def test_the_check_of_a_change_runs_all_and_fails_if_any_fails(ready: Tree, fails: str) -> None:
    for script in ("scripts/test-oldest", "scripts/test-agents", "scripts/test-ray"):
        ready.run(script)  # installed by now, so that what fails is the tests
    ready.let_fail("generator --check 1" if fails == "--check" else f"{fails} 1")
    done = ready.run(".ci/run")
    assert done.returncode != 0
    first, *rest = [call for call in ready.calls if "-m pytest" in call or "pyright" in call or "generator" in call]
    assert first == "-m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder"
    rows = [
        "-m generator --check",
        "-m pyright",
        f"-m pytest -n auto --maxprocesses 4 --dist loadfile {OLDEST}",
        "-m pytest -n auto --maxprocesses 4 --dist loadfile tests/alli",
        "-m pytest -q -p no:cacheprovider tests/docs/test_recipes_of_the_site.py",
        "-m pytest -q tests/agents/test_langgraph.py",
        "-m pytest -q tests/agents/test_pydantic_ai.py",
        "-m pytest -q tests/alli_batch/test_in_ray.py tests/alli_batch/test_columns.py tests/docs/test_daft_recipe.py",
    ]
    assert sorted(rest) == sorted(rows)
    failed = 6 if fails == "pytest" else 1
    assert done.stdout.count("    passed: ") == 9 - failed
    assert done.stdout.count("    FAILED: ") == failed


def test_the_check_of_a_change_passes_when_all_pass(ready: Tree) -> None:
    done = ready.run(".ci/run")
    assert done.returncode == 0
    assert done.stdout.count("    passed: ") == 9
    ends = [
        "The tests pass.",
        "Our tools work in: ",
        "Style, types and words are right.",
        "Frozen and zipped programs work.",
    ]
    assert [end for end in ends if end not in done.stdout] == []


def test_agents_are_tried_in_one_environment_each(ready: Tree) -> None:
    assert ready.run("scripts/test-agents", "smolagents", "adk").returncode == 0
    assert [call.split()[1] for call in ready.calls] == ["venv", "pip", "pytest"] * 2
    assert ready.run("scripts/test-agents", "adk").returncode == 0
    assert ready.calls == ["-m pytest -q tests/agents/test_adk.py"]
    ready.let_fail("test_adk.py 1")
    done = ready.run("scripts/test-agents", "adk", "smolagents")
    assert done.returncode == 1
    assert ready.calls[-1] == "-m pytest -q tests/agents/test_smolagents.py"
    assert done.stderr == "Our tools fail in: adk\n"
    assert "no framework nope" in ready.run("scripts/test-agents", "nope").stderr


def test_every_framework_has_a_test_and_every_test_its_framework() -> None:
    lines = (ROOT / "scripts/agents.txt").read_text("utf-8").splitlines()
    named = [line.split()[0] for line in lines if not line.startswith("#")]
    there = [path.stem.removeprefix("test_") for path in (ROOT / "tests/agents").glob("test_*.py")]
    assert sorted(named) == sorted(there)


def test_the_oldest_langchain_is_installed_once(ready: Tree) -> None:
    assert ready.run("scripts/test-oldest").returncode == 0
    assert [" ".join(call.split()[1:2]) for call in ready.calls] == ["venv", "pip", "pytest"]
    assert ready.run("scripts/test-oldest", "-x").returncode == 0
    assert ready.calls == [f"-m pytest -n auto --maxprocesses 4 --dist loadfile {OLDEST} -x"]
    with (ready.folder / "scripts/oldest.txt").open("a") as text:
        text.write("# changed\n")
    ready.run("scripts/test-oldest")
    assert any("pip install" in call for call in ready.calls)


def test_peers_that_cannot_be_installed_are_told_and_tried_again_the_next_time(ready: Tree) -> None:
    for name in ["scripts/bench", "scripts/benchmarks/constraints.txt"]:
        (ready.folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, ready.folder / name)
    ready.let_fail("matplotlib 3")
    done = ready.run("scripts/bench", "--quick")
    assert done.returncode == 3
    assert "the peers could not be installed into .venv-bench" in done.stderr
    assert not any("scripts.benchmarks" in call for call in ready.calls)
    ready.let_fail()
    assert ready.run("scripts/bench", "--quick").returncode == 0
    assert any("matplotlib" in call for call in ready.calls)
    assert ready.calls[-1] == "-W ignore -m scripts.benchmarks --quick"
    assert ready.run("scripts/bench").returncode == 0
    assert not any("matplotlib" in call for call in ready.calls)
