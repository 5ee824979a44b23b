"""What is installed, and with how much else."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.scripts.readme import ROOT

MOST_PACKAGES = 8  # that a bare `pip install alli-sdk` may bring


def requirements(name: str, extras: frozenset[str] = frozenset()) -> Iterator[Requirement]:
    """What a distribution needs on this machine, with these extras."""
    for text in importlib.metadata.requires(name) or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in (extras or frozenset({""}))
        ):
            yield requirement


def tree(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Everything a distribution brings, itself left out; names as in an index."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [(name, extras)]
    while waiting:
        for requirement in requirements(*waiting.pop()):
            entry = canonical(requirement.name), frozenset(requirement.extras)
            if entry not in found:
                found.add(entry)
                waiting.append(entry)
    return {one for one, _ in found} - {name}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    """Name → version, as in the constraints file."""
    lines = (ROOT / "scripts/constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(pair) == 2 for pair in pairs)
    return {canonical(name): version for name, version in pairs}


def test_a_bare_installation_needs_httpx_and_attrs_and_no_more() -> None:
    # httpcore comes with httpx, and is named for its lower bound.
    assert {requirement.name for requirement in requirements("alli-sdk")} == {"httpx", "httpcore", "attrs"}
    assert "httpcore" in {requirement.name for requirement in requirements("httpx")}
    assert len(tree("alli-sdk")) <= MOST_PACKAGES, tree("alli-sdk")


def test_everything_that_is_developed_with_is_pinned_to_what_is_installed() -> None:
    needed = tree("alli-sdk", frozenset({"dev"}))
    assert {"pytest", "langchain", "ruff", "hatchling"} <= needed
    assert {name: importlib.metadata.version(name) for name in needed} == {name: pins().get(name) for name in needed}


def test_the_constraints_name_no_host() -> None:
    text = (ROOT / "scripts/constraints.txt").read_text("utf-8")
    assert not re.search(r"://|@|--|file:", text.replace("`.venv/bin/python -m pip freeze --exclude-editable`", ""))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """A wheel built from the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return zipfile.Path(path)


def test_the_wheel_holds_its_packages_whole_and_nothing_else(wheel: zipfile.Path) -> None:
    packages = {"alli": "generated"} | dict.fromkeys(
        ["alli_tools", "alli_mcp", "alli_batch", "alli_otel", "langchain_alli", "alli_emulator", "alli_cli"], "adapters"
    )
    names = {name for name in wheel.root.namelist() if not name.endswith("/")}
    in_tree = {
        path.relative_to(ROOT / home).as_posix()
        for package, home in packages.items()
        for path in (ROOT / home / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    # spec/README.md, which `python -m alli_emulator drift` reads.
    in_tree.add("alli_emulator/drift/statements.md")
    assert {name for name in names if ".dist-info/" not in name} == in_tree
    assert {f"{package}/py.typed" for package in packages} | {"alli/openapi.json"} <= names


def test_the_wheel_says_what_it_is(wheel: zipfile.Path) -> None:
    from alli import __version__

    (info,) = [entry for entry in wheel.iterdir() if entry.name.endswith(".dist-info")]
    metadata = (info / "METADATA").read_text("utf-8")
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert (info / "licenses/LICENSE").exists()
    assert metadata.startswith("Metadata-Version: 2.4\n")  # older indexes refuse a newer one
    assert "\nAuthor: alli-sdk maintainers\n" in metadata
    assert "\nKeywords: " in metadata
    assert {"Documentation", "Changelog"} <= set(
        re.findall(r"^Project-URL: ([\w ]+), https://", metadata, re.MULTILINE)
    )


def test_the_classifiers_are_the_pythons_that_tests_are_run_on() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    claimed = [text.rpartition(" ")[2] for text in classifiers if re.search(r"Python :: 3\.\d+$", text)]
    (newer,) = re.findall(
        r"^for version in (.*); do$", (ROOT / "scripts/test-pythons").read_text("utf-8"), re.MULTILINE
    )
    assert claimed == ["3.11", *newer.split()]
    weekly = (ROOT / ".github/workflows/check.yml").read_text("utf-8").partition("python: [")[2].partition("]")[0]
    assert re.findall(r"[\d.]+", weekly) == newer.split()


def test_the_wheel_can_be_imported_on_its_own(wheel: zipfile.Path, tmp_path: Path) -> None:
    Path(tmp_path, "wheel").mkdir()
    with zipfile.ZipFile(wheel.root.filename or "") as archive:
        archive.extractall(tmp_path / "wheel")
    program = "import alli, alli_batch, alli_cli, alli_emulator, alli_mcp, alli_otel, alli_tools, langchain_alli, sys; print(alli.__file__, 'generator' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "wheel")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{tmp_path / 'wheel/alli/__init__.py'} False\n"
