"""A new operation is one edit: README.md's example is pasted into a copy of the repository, which is generated and tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.markdown import blocks_of
from tests.places import ROOT
from tests.scripts.repository_copy import RepositoryCopy

SPEC, OVERLAY = "spec/alli.openapi.yaml", "spec/sdk.overlay.yaml"

MOST_FILES = 15
"""How many files an operation may change or add, those of spec/ included: more, and nobody reads what changed."""

SUITE = (
    *("tests/spec", "tests/raw", "tests/typing"),
    *("tests/alli/test_every_method.py", "tests/alli/test_methods.py", "tests/alli/test_signatures.py"),
    *("tests/alli/test_structure.py", "tests/alli/test_public_names.py", "tests/alli/test_public_types.py"),
    *("tests/alli_emulator/test_emulator_contract.py", "tests/alli_emulator/test_emulator_serves_the_spec.py"),
    "tests/generator/test_public_surface.py::test_every_break_since_the_last_release_is_announced",
    *("tests/generator/test_texts.py", "tests/scripts/test_readme.py"),
)
"""The tests that know operations. `scripts/test --whole-example` runs all there are instead, which takes as long as scripts/test."""

PROGRAM = """
import inspect, alli
from alli.resources import AsyncUsage, Usage
for kind in (Usage, AsyncUsage):
    assert list(inspect.signature(kind.get).parameters) == ["self", "month"]
assert "Webhook" in alli.__all__
print(alli.__file__)
"""


def paste_readme(copy: RepositoryCopy) -> None:
    """As README.md says: to the end of `paths`, and to the end of `actions`."""
    path, actions = (block.code for block in blocks_of(ROOT / "README.md", "yaml"))
    copy.insert(SPEC, path, before="components:")
    copy.insert(OVERLAY, actions)


def paste_spec_readme(copy: RepositoryCopy) -> None:
    """The longer example of spec/README.md, with a model, in the same way."""
    examples = [block for block in blocks_of(ROOT / "spec/README.md", "yaml") if block.heading == "Adding an operation"]
    path, schemas, actions = (block.code for block in examples)
    copy.insert(SPEC, path, before="components:")
    copy.insert(SPEC, schemas)
    copy.insert(OVERLAY, actions)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> RepositoryCopy:
    return RepositoryCopy.at(tmp_path_factory.mktemp("example") / "repository")


@pytest.mark.takes_long
@pytest.mark.timeout(3600)
def test_the_example_of_either_page_touches_few_files_and_leaves_the_whole_suite_green(
    copy: RepositoryCopy, pytestconfig: pytest.Config
) -> None:
    before = copy.files()
    paste_readme(copy)
    paste_spec_readme(copy)
    done = copy.run("generator")
    assert done.returncode == 0, done.stdout
    after = copy.files()
    assert before.keys() <= after.keys()
    changed = [name for name in before if after[name] != before[name]]
    added = [name for name in after if name not in before]
    for_usage, for_webhooks = ([name for name in added if word in name] for word in ("usage", "webhook"))
    assert sorted(for_usage + for_webhooks) == sorted(added)
    assert len(changed + for_usage) <= MOST_FILES, changed + for_usage
    assert len(changed + for_webhooks) <= MOST_FILES, changed + for_webhooks

    (copy.folder / "program.py").write_text(PROGRAM, "utf-8")
    done = copy.run("program")
    assert done.stdout.strip() == str(copy.folder / "generated/alli/__init__.py"), done.stdout
    reference = (copy.folder / "generated/reference.md").read_text("utf-8")
    assert "client.usage.get" in reference
    assert "client.webhooks.list" in reference

    Path(copy.folder, "program.py").unlink()
    whole = pytestconfig.getoption("--whole-example")
    tests = ["tests", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"] if whole else SUITE
    done = copy.run("pytest", "-q", "-p", "no:cacheprovider", f"--ignore={Path(__file__).relative_to(ROOT)}", *tests)
    assert done.returncode == 0, done.stdout[-8000:]
