"""No break of the public surface goes out unannounced: the package is held to the surface of the last release.

A break is fine when CHANGELOG.md says so, in its topmost section, on a line with ⚠️ that names it. Types are also held by
tests/typing, which uses every public name.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.generator.surface_baseline import BASELINE, breaks, surface
from tests.places import ROOT


def announced(changelog: str, name: str) -> bool:
    """Whether the newest section has a line with ⚠️ and the name: as `apps.list(page_size)`, `App.name` or the whole of it."""
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)
    newest = sections[1] if len(sections) > 1 else ""
    short = re.sub(r"^alli\.(?:(?:Async)?Alli\.)?", "", name)
    entries = re.split(r"^[-*] ", newest, flags=re.MULTILINE)
    return any(
        "⚠️" in entry and (f"`{short}`" in entry or f"`client.{short}`" in entry or f"`{name}`" in entry)
        for entry in entries
    )


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    return surface(ROOT / "generated")


def test_every_break_since_the_last_release_is_announced(now: dict[str, Any]) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = breaks(json.loads(BASELINE.read_text("utf-8")), now)
    missing = [f"- ⚠️ `{name.removeprefix('alli.')}`: {what}" for name, what in found if not announced(changelog, name)]
    assert missing == [], "announce these in CHANGELOG.md:\n" + "\n".join(missing)


def test_the_surface_holds_clients_methods_results_models_and_errors(now: dict[str, Any]) -> None:
    names = {
        "alli.Alli.apps.list",
        "alli.AsyncAlli.apps.stream",
        "alli.Alli.apps.inputs",
        "alli.RunResult.text",
        "alli.App.name",
    }
    assert (
        names | {"alli.RateLimitError", "alli.Page.get_next_page", "alli.Alli.with_options", "alli.UNSET"} <= now.keys()
    )


Edit = tuple[str, str, str]
"""File, text, what stands there instead."""

SEARCH_TERM = "search_term: str | None = None,"
RESOURCES, APP = "resources.py", "raw/models/app.py"
BREAKS: list[tuple[Edit, tuple[str, str]]] = [
    ((RESOURCES, SEARCH_TERM, ""), ("alli.Alli.apps.list(search_term)", "gone")),
    ((RESOURCES, "categories: Sequence[str] | None = None,", "categories: Sequence[str],"), ("alli.Alli.apps.list(categories)", "must now be given")),
    ((RESOURCES, "page_size: int | None = None,", "page_size: str | None = None,"), ("alli.Alli.apps.list(page_size)", "of type str | None, was int | None")),
    ((RESOURCES, "cursor: str | None = None,", "tenant: str, cursor: str | None = None,"), ("alli.Alli.apps.list(tenant)", "new, and must be given")),
    ((RESOURCES, "    ) -> alli.Page[alli.App]:", "    ) -> alli.AppV1:"), ("alli.Alli.apps.list", "gives AppV1, was Page[App]")),
    ((RESOURCES, "    def run(", "    def run_app("), ("alli.Alli.apps.run", "gone")),
    ((APP, "    name: str =", "    title: str ="), ("alli.App.name", "gone")),
    ((APP, "    category: str =", "    category: int ="), ("alli.App.category", "of type int, was str")),
    (("errors.py", "class RateLimitError(APIStatusError)", "class RateLimitError(Exception)"), ("alli.RateLimitError", "has other base classes")),
    (("__init__.py", '    "RunResult": ".results",\n', ""), ("alli.RunResult", "gone")),
]  # fmt: skip
GROWTH: list[Edit] = [
    (RESOURCES, SEARCH_TERM, f"more: str | None = None, {SEARCH_TERM}"),
    (RESOURCES, SEARCH_TERM, "search_term: str | int | None = None,"),
    (RESOURCES, "hashtags: Sequence[str] | None = None", "hashtags: Sequence[str | int] | None = None"),
]


def edited(folder: Path, edits: list[Edit]) -> dict[str, Any]:
    """The surface of the package with these edits."""
    left_out = shutil.ignore_patterns("__pycache__", "api")  # nothing in raw/api is part of the surface
    shutil.copytree(ROOT / "generated", folder / "generated", ignore=left_out)
    for file, old, new in edits:
        path = folder / "generated" / "alli" / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
    return surface(folder / "generated")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """With all edits at once: to read a package takes a second."""
    return edited(tmp_path_factory.mktemp("broken"), [edit for edit, _ in BREAKS])


@pytest.mark.parametrize("expected", [expected for _, expected in BREAKS], ids=" ".join)
def test_each_break_is_seen(now: dict[str, Any], broken: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in breaks(now, broken)


def test_growth_is_no_break(now: dict[str, Any], tmp_path: Path) -> None:
    assert breaks(now, edited(tmp_path, GROWTH)) == []


def test_an_announcement_names_the_break_in_the_newest_section() -> None:
    log = "# Changelog\n\n## 0.2.0\n\n- ⚠️ `apps.list(page_size)` is\n  gone.\n- `apps.get()` is quicker.\n\n## 0.1.0\n\n- ⚠️ `App.name` is gone.\n"
    assert announced(log, "alli.Alli.apps.list(page_size)")
    assert announced(log, "alli.AsyncAlli.apps.list(page_size)")
    assert not announced(log, "alli.App.name")
    assert not announced(log, "alli.Alli.apps.get()")
    assert not announced("", "alli.App.name")
