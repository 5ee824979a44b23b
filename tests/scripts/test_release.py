"""scripts/release: what it refuses, what it writes, and what the metadata and the workflow promise."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts import release
from scripts.release import ReleaseError, check_step, compare
from tests.places import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FRAGMENT = re.compile(r"[a-z0-9-]+\.(\w+)\.md")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed copy of what a release writes to; commands of other programs are noted in `commands`, not run."""
    for name in ("generator/templates/alli/version.py.jinja", "CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d/runs.added.md").write_text("Runs run.\n")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], check=True)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "VERSION_TEMPLATE", tmp_path / "generator/templates/alli/version.py.jinja")
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    noted: list[str] = []
    monkeypatch.setattr(release, "step", lambda *words, **_: noted.append(" ".join(map(str, words[1:]))))
    return noted


@pytest.mark.parametrize("wanted", ["0.2.0", "1.0.0rc1", "0.1.0", "0.10.0"])
def test_a_later_version_can_be_next_and_so_can_the_present_one_until_it_is_released(wanted: str) -> None:
    check_step("0.1.0", wanted, released=False)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("0.0.9", "0.0.9 does not come after 0.1.0"),
        ("0.1.0", "0.1.0 does not come after 0.1.0"),
        ("0.1.0rc1", "does not come after"),
        ("next", "'next' is not a version"),
        ("0.2.0-rc1", "is written 0.2.0rc1 in full"),
    ],
)
def test_a_version_that_is_no_step_forward_is_refused(wanted: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=re.escape(said)):
        check_step("0.1.0", wanted, released=True)


def test_a_release_writes_its_version_and_then_regenerates_and_writes_the_changelog(
    tree: Path, commands: list[str]
) -> None:
    release.prepare("0.2.0")
    assert '\n__version__ = "0.2.0"\n' in (tree / "generator/templates/alli/version.py.jinja").read_text("utf-8")
    assert commands == ["-m generator", "-m towncrier build --yes --version 0.2.0"]


def test_a_tree_with_changes_is_not_released(tree: Path, commands: list[str]) -> None:
    (tree / "CHANGELOG.md").write_text("changed")
    with pytest.raises(ReleaseError, match="the tree has changes"):
        release.prepare("0.2.0")
    assert commands == []


def test_a_release_that_brings_nothing_is_refused(tree: Path, commands: list[str]) -> None:
    git = ["git", "-C", str(tree), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "rm", "-q", "changelog.d/runs.added.md"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "y"], check=True)
    with pytest.raises(ReleaseError, match="is empty"):
        release.prepare("0.2.0")
    assert commands == []


def test_two_builds_that_differ_in_a_byte_are_refused(tmp_path: Path) -> None:
    builds: list[list[Path]] = []
    for number, content in enumerate([b"same", b"sane"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        builds.append([folder / "a.tar.gz", folder / "a.whl"])
        builds[-1][0].write_bytes(b"x")
        builds[-1][1].write_bytes(content)
    with pytest.raises(ReleaseError, match=r"two builds of a\.whl differ"):
        compare(*builds)
    builds[1][1].write_bytes(b"same")
    compare(*builds)
    with pytest.raises(ReleaseError, match="different files"):
        compare(builds[0], builds[1][:1])


def test_each_extra_is_tried_out_alone_or_is_for_a_clone() -> None:
    assert set(PYPROJECT["project"]["optional-dependencies"]) == (set(release.IMPORTS) - {""}) | release.FOR_A_CLONE


def test_every_package_of_the_wheel_is_imported_from_it() -> None:
    packages = {Path(path).name for path in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    assert {module.partition(".")[0] for modules in release.IMPORTS.values() for module in modules} == packages


def test_every_requirement_of_an_extra_ends_below_the_next_major_version() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"]
    open_ended = [
        f"{extra}: {text}"
        for extra, texts in extras.items()
        if extra != "dev"  # scripts/constraints.txt pins what it names
        for text in texts
        if not any(bound.operator in ("<", "==") for bound in Requirement(text).specifier)
    ]
    assert open_ended == []


def test_every_change_that_is_not_released_is_a_fragment_of_a_known_kind() -> None:
    kinds = {kind["directory"] for kind in PYPROJECT["tool"]["towncrier"]["type"]}
    for path in (ROOT / "changelog.d").iterdir():
        if path.name == "template.md.jinja":
            continue
        named = FRAGMENT.fullmatch(path.name)
        assert named, path.name
        assert named[1] in kinds, path.name
        text = path.read_text("utf-8")
        assert text.endswith("\n"), path.name
        assert not text.startswith(("-", "*", "#", " ")), (
            f"{path.name}: the list and its headings come from the template"
        )


def test_the_workflow_publishes_with_attestations_and_without_secrets() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text("utf-8")
    assert "secrets." not in text
    assert {"id-token: write", "attestations: write", "- run: scripts/release"} <= {
        line.partition(" #")[0].strip() for line in text.splitlines()
    }


def test_the_newest_part_of_the_changelog_is_on_this_version_or_this_version_is_not_released() -> None:
    from alli import __version__

    parts = re.findall(r"^## (\S+), ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if not parts or parts[0] != __version__:
        assert list((ROOT / "changelog.d").glob("*.md"))
