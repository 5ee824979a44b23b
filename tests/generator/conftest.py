"""A folder with copies of a spec and an overlay, which tests may spoil, and the program run on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator import pipeline
from generator.__main__ import main
from generator.output import type_check
from tests.generator.remembered import remembered
from tests.generator.small_documents import SMALL


@dataclass
class Outcome:
    """How the program ended."""

    status: int
    out: list[str]
    errors: list[str]


@dataclass
class Workspace:
    """spec.yaml, overlay.yaml and the folder out/, in the working folder."""

    folder: Path
    run: Callable[..., Outcome]

    @property
    def spec(self) -> Path:
        return self.folder / "spec.yaml"

    @property
    def overlay(self) -> Path:
        return self.folder / "overlay.yaml"

    @property
    def output(self) -> Path:
        return self.folder / "out"

    def edit(self, file: Path, old: str, new: str) -> int:
        """Replace the first `old` by `new`; the result is the line of `new`, counted from 1."""
        text = file.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file.name}: the test needs another spot"
        file.write_text(text.replace(old, new, 1), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def tree(self) -> dict[str, bytes]:
        """Every file in the folder, so that leftovers count too."""
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}


WITHOUT_TYPES = """
import runpy
from generator.output import type_check

type_check.check_types = lambda new: None
runpy.run_module("generator", run_name="__main__")
"""
"""With `python -c`, this is `python -m generator` but for the check of types, which changes no byte and takes half a second or more."""


@contextmanager
def unchecked() -> Iterator[None]:
    """What is generated is neither formatted nor type-checked: that is more than half of the time, and other tests are for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline.formatting, "format_tree", lambda _: None)
        patch.setattr(pipeline.type_check, "check_types", lambda _: None)
        yield


@pytest.fixture(name="unchecked")
def _unchecked() -> Iterator[None]:
    with unchecked():
        yield


@pytest.fixture(scope="session")
def _types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of mypy's for each worker: of mutated documents, one would spoil what the other's knows."""
    folder = tmp_path_factory.mktemp("types") / "cache"
    if type_check.CACHE.exists():
        shutil.copytree(type_check.CACHE, folder)
    return folder


@contextmanager
def cached_in(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYPY_CACHE_DIR", str(folder))
        yield


@pytest.fixture(scope="module", autouse=True)
def _cached(_types: Path) -> Iterator[None]:
    with cached_in(_types):
        yield


@pytest.fixture(scope="session", autouse=True)
def _remembered() -> Iterator[None]:
    with remembered():
        yield


@pytest.fixture(scope="session")
def built(_types: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the spec gives; not to be changed."""
    output = tmp_path_factory.mktemp("built") / "generated"
    with cached_in(_types):
        pipeline.generate(pipeline.SPEC, pipeline.OVERLAY, output)
    return output


@pytest.fixture
def documents() -> tuple[Path, Path]:
    """The spec and the overlay of a workspace: small ones, which take an eighth of the time."""
    return SMALL


WHOLE = pytest.mark.parametrize("documents", [(pipeline.SPEC, pipeline.OVERLAY)], ids=["whole"])
"""The workspace of this test has those of spec/."""


@pytest.fixture
def workspace(
    documents: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Workspace:
    monkeypatch.chdir(tmp_path)
    for source, name in zip(documents, ("spec.yaml", "overlay.yaml"), strict=True):
        (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / "out" / "alli").mkdir(parents=True)
    (tmp_path / "out" / "alli" / "old.py").write_text("# what stood there before\n")

    def run(*arguments: str) -> Outcome:
        status = main(["--spec", "spec.yaml", "--overlay", "overlay.yaml", "--output", "out", *arguments])
        captured = capsys.readouterr()
        return Outcome(status, captured.out.splitlines(), captured.err.splitlines())

    return Workspace(tmp_path, run)
