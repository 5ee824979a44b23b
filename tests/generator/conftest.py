"""A folder with copies of the spec and the overlay, which tests may spoil, and the program run on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.__main__ import main
from tests.places import ROOT

TINY = """\
openapi: 3.1.0
info: {title: Tiny, version: "1"}
paths:
  /things/{id}:
    get:
      operationId: get_thing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: Done
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
components:
  schemas:
    Thing:
      type: object
      properties:
        name: {type: string}
"""


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


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Workspace:
    monkeypatch.chdir(tmp_path)
    for source, name in (("alli.openapi.yaml", "spec.yaml"), ("sdk.overlay.yaml", "overlay.yaml")):
        (tmp_path / name).write_bytes((ROOT / "spec" / source).read_bytes())
    (tmp_path / "out" / "alli").mkdir(parents=True)
    (tmp_path / "out" / "alli" / "old.py").write_text("# what stood there before\n")

    def run(*arguments: str) -> Outcome:
        status = main(["--spec", "spec.yaml", "--overlay", "overlay.yaml", "--output", "out", *arguments])
        captured = capsys.readouterr()
        return Outcome(status, captured.out.splitlines(), captured.err.splitlines())

    return Workspace(tmp_path, run)
