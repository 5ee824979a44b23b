"""Helpers of test_mutations.py: the spec and the overlay as objects that a case may change, and the package made of them."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from generator import pipeline
from generator.__main__ import main
from generator.changes import compare, surface
from generator.document import files
from generator.output import type_check
from tests.answers import answering
from tests.servers import ScriptedServer, SentRequest

__all__ = ["Case", "Inputs", "Made", "call_both", "loaded", "method_of", "mypy", "original", "run"]

Json = dict[str, Any]


@dataclass
class Inputs:
    """The spec and the overlay, to be changed."""

    spec: Json
    overlay: Json

    def operation(self, name: str) -> Json:
        method, url = name.split()
        found: Json = self.spec["paths"][url][method.lower()]
        return found

    def schema(self, name: str) -> Json:
        found: Json = self.spec["components"]["schemas"][name]
        return found

    def add(self, name: str, operation: Json) -> None:
        method, url = name.split()
        item = self.spec["paths"].setdefault(url, {})
        item[method.lower()] = {"responses": {"200": {"description": "Done"}}, **operation}

    def annotate(self, name: str, update: Json) -> None:
        method, url = name.split()
        self.overlay["actions"].append({"target": f"$.paths['{url}'].{method.lower()}", "update": update})

    def block(self, name: str) -> Json:
        """What the overlay says of an operation that it annotates already."""
        method, url = name.split()
        target = f"$.paths['{url}'].{method.lower()}"
        found = [
            a["update"]["x-alli-sdk"]
            for a in self.overlay["actions"]
            if a["target"] == target and "x-alli-sdk" in a.get("update", {})
        ]
        block: Json = found[0]
        return block


@dataclass
class Case:
    """One mutated spec and what is expected of it."""

    name: str
    change: Callable[[Inputs], object]
    changes: list[tuple[str, str, bool]] = field(default_factory=list)
    """Name, part of the text, breaking: these and no others."""
    signature: tuple[str, str] | None = None
    """A method as `apps.list` or `apps.conversation().send`, and part of its signature."""
    call: Callable[[Any], Any] | None = None
    """Called with the sync client and the async one."""
    answer: bytes = b"{}"
    headers: dict[str, str] | None = None
    sent: Callable[[SentRequest], object] | None = None
    """Asserts what came over the wire."""
    gives: Callable[[Any], object] | None = None
    """Asserts what the call gave."""
    refuses: dict[str, Callable[[Any], Any]] = field(default_factory=dict[str, Callable[[Any], Any]])
    """Part of an InvalidArgumentError, and the call that raises it before anything is sent."""
    error: str = ""
    """Part of the one line that says why nothing can be made of it."""
    warns: str | tuple[str, ...] = ""
    """Parts of warnings: these and no others."""
    tells: tuple[str, str] = ("", "")
    """A heading of the reference, and what is said below it and in the docstring of the method of `signature`."""


@dataclass
class Made:
    status: int
    errors: list[str]
    output: Path


@cache
def _pickled() -> bytes:
    return pickle.dumps(Inputs(files.load(pipeline.SPEC).data, files.load(pipeline.OVERLAY).data))


def original() -> Inputs:
    """The spec and the overlay as they are; the caller may change them."""
    # A tenth of what copy.deepcopy takes, and each case needs a few.
    inputs: Inputs = pickle.loads(_pickled())
    return inputs


def run(
    change: Callable[[Inputs], object], folder: Path, errors: Callable[[], list[str]], judged: bool
) -> tuple[Made, list[compare.Change] | None]:
    """The real program on the changed inputs, and what changed for users; None if that is not known."""
    inputs = original()
    change(inputs)
    spec, overlay, output = folder / "spec.json", pipeline.OVERLAY, folder / "out"
    spec.write_text(json.dumps(inputs.spec, ensure_ascii=False, indent=1), "utf-8")
    if inputs.overlay != original().overlay:
        overlay = folder / "overlay.json"
        overlay.write_text(json.dumps(inputs.overlay, ensure_ascii=False, indent=1), "utf-8")
    status = main(["--spec", str(spec), "--overlay", str(overlay), "--output", str(output)])
    made = Made(status, errors(), output)
    if not judged:
        return made, None
    try:
        found = compare.compare(_original_surface(), surface.read(spec, overlay))
    except surface.GenerationFailed:
        return made, None
    return made, found


_SURFACE: list[surface.Surface] = []


def _original_surface() -> surface.Surface:
    if not _SURFACE:
        _SURFACE.append(surface.read(pipeline.SPEC, pipeline.OVERLAY))
    return _SURFACE[0]


@contextmanager
def loaded(output: Path, name: str) -> Iterator[ModuleType]:
    """The package at `output`, imported under another name."""
    file = output / "alli" / "__init__.py"
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[str(file.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        for known in [known for known in sys.modules if known.partition(".")[0] == name]:
            del sys.modules[known]


STRICT_PACKAGE = """
[mypy-alli.*]
disallow_subclassing_any = true
warn_return_any = true
warn_unused_ignores = true
disallow_untyped_decorators = true
"""


def mypy(folder: Path) -> str:
    """What strict mypy, with the types of the HTTP library, says of the package in this folder; empty if nothing."""
    # As the generator's for all but the package, so that what it has read of the standard library need not be read again.
    settings = folder / "mypy.ini"
    settings.write_text(type_check.SETTINGS.partition("[mypy-")[0] + STRICT_PACKAGE, "utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings), "--no-error-summary", "-p", "alli"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert bool(done.returncode) == bool(done.stdout), done.stderr
    return done.stdout


def method_of(client: Any, path: str) -> Any:
    """The bound method that `path` names; what is called on the way to it gets one argument."""
    found = client
    for name in path.split("."):
        found = getattr(found, name.removesuffix("()"))
        found = found("id") if name.endswith("()") else found
    return found


def call_both(package: ModuleType, case: Case) -> Iterator[tuple[SentRequest, Any]]:
    """The request that each client sends, and what its call gives."""
    assert case.call is not None
    call = case.call

    async def asynchronous(url: str) -> Any:
        async with package.AsyncAlli(api_key="k", base_url=url) as client:
            result = call(client)
            if hasattr(result, "__await__"):
                return await result
            async with result as stream:
                return await stream.result()

    with ScriptedServer(answering(200, case.answer, case.headers)) as server:
        with package.Alli(api_key="k", base_url=server.url) as client:
            given = call(client)
            if hasattr(given, "text_stream"):
                with given as stream:
                    given = stream.result()
            yield server.requests[-1], given
        yield server.requests[-1], asyncio.run(asynchronous(server.url))
        assert len(server.requests) == 2
