"""Which pages the site has, in which order, and from which file each comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scripts.site.reference import public_names

__all__ = ["Entry", "SourceError", "navigation"]


class SourceError(Exception):
    """A page that the site should have can't be made from the tree."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation.

    Attributes:
        title: as shown.
        path: of the page in the site, such as `guides/files.md`; empty for a group.
        source: file that the page comes from, from the root of the repository; by default `docs/` and the path. `reference` for a page
            made of docstrings.
        names: of a page of the reference, what it documents.
        section: of a page that is one section of its source, the heading of that section.
        children: of a group.
    """

    title: str
    path: str = ""
    source: str = ""
    names: tuple[str, ...] = ()
    section: str = ""
    children: tuple[Entry, ...] = ()


def navigation(root: Path) -> tuple[Entry, ...]:
    """The navigation of the site of this tree."""
    made = [_reference(title, *names) for title, names in public_names(root / "generated/alli").items()]
    adapters = [_reference(path.name, path.name) for path in sorted((root / "adapters").iterdir()) if _has_names(path)]
    methods = Entry("Every method", "reference/methods.md", "generated/reference.md")
    reference = Entry("Reference", children=(methods, *made, *adapters))
    return (*GUIDES, Entry("Agents", children=(*AGENTS, *_frameworks(root))), RECIPES, reference, PROJECT)


def _frameworks(root: Path) -> list[Entry]:
    """A page for each framework that the page of alli_tools has a section on."""
    text = (root / TOOLS_PAGE).read_text("utf-8").partition("\n## In each framework\n")[2].partition("\n## ")[0]
    return [
        Entry(heading, f"agents/{re.sub(r'[^a-z0-9]+', '-', heading.lower())}.md", TOOLS_PAGE, section=heading)
        for heading in re.findall(r"^### (.+)$", text, re.MULTILINE)
    ]


def _reference(title: str, *names: str) -> Entry:
    return Entry(title, f"reference/{title.lower()}.md", "reference", names)


def _has_names(path: Path) -> bool:
    """Is it a package that programs import? The command line is not."""
    return (path / "__init__.py").is_file() and path.name != "alli_cli"


GUIDES: tuple[Entry, ...] = (
    Entry(
        "Start",
        children=(
            Entry("alli-sdk", "index.md"),
            Entry("Start in ten minutes", "start.md"),
            Entry("Which app, which call", "guides/apps.md"),
        ),
    ),
    Entry(
        "Guides",
        children=(
            Entry("The client", "guides/client.md"),
            Entry("Streams and conversations", "guides/streams.md"),
            Entry("Background runs", "guides/background-runs.md"),
            Entry("Files", "guides/files.md"),
            Entry("Documents", "guides/documents.md"),
            Entry("Many rows", "guides/many-rows.md"),
            Entry("Errors and retries", "guides/errors.md"),
            Entry("Identity", "guides/identity.md"),
            Entry("Testing", "guides/testing.md"),
            Entry("Tracing", "guides/tracing.md"),
            Entry("Beyond the methods", "guides/beyond.md"),
            Entry("The raw layer", "guides/raw.md"),
            Entry("Command line", "guides/command-line.md"),
            Entry("Regenerating", "guides/regenerating.md"),
        ),
    ),
)

TOOLS_PAGE = "adapters/alli_tools/README.md"
AGENTS: tuple[Entry, ...] = (
    Entry("Any framework", "agents/tools.md", TOOLS_PAGE),
    Entry("LangChain", "agents/langchain.md", "adapters/langchain_alli/README.md"),
    Entry("Apps as agents", "agents/apps-as-agents.md"),
    Entry("MCP", "agents/mcp.md", "adapters/alli_mcp/README.md"),
    Entry("Ray", "agents/ray.md", "adapters/alli_batch/README.md"),
    Entry("Coding agents", "agents/coding-agents.md"),
)
RECIPES = Entry(
    "Recipes",
    children=(
        Entry("FastAPI and server-sent events", "recipes/fastapi.md"),
        Entry("Notebook", "recipes/notebook.md"),
        Entry("Streamlit chat", "recipes/streamlit.md"),
        Entry("A script with click", "recipes/click.md"),
        Entry("Rows in several processes", "recipes/pool.md"),
        Entry("Daft", "recipes/daft.md"),
    ),
)

PROJECT = Entry(
    "Project",
    children=(
        Entry("Architecture", "architecture.md"),
        Entry("The spec and its sources", "spec.md", "spec/README.md"),
        Entry("The emulator's behaviour", "emulator.md", "adapters/alli_emulator/README.md"),
        Entry("Contributing", "contributing.md", "CONTRIBUTING.md"),
        Entry("Security", "security.md", "SECURITY.md"),
        Entry("Benchmarks", "benchmarks.md"),
        Entry("Changelog", "changelog.md", "CHANGELOG.md"),
    ),
)
