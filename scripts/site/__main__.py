"""`python -m scripts.site`: builds the site into site/. Imports nothing of what it documents, and fetches nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.site.diagrams import DiagramError, with_diagrams
from scripts.site.links import broken_links
from scripts.site.llms import write_llms
from scripts.site.navigation import Entry, SourceError, navigation
from scripts.site.pages import Page, collect

__all__ = ["main"]

ROOT = Path(__file__).parents[2]
STAGE = ROOT / "build/site"
OUTPUT = ROOT / "site"


def main() -> int:
    """Builds and checks the site; returns the exit status."""
    shutil.rmtree(STAGE, ignore_errors=True)
    try:
        entries = navigation(ROOT)
        pages = collect(ROOT, entries)
        _stage(pages, entries)
    except (SourceError, DiagramError) as error:
        print(f"scripts/docs: {error}", file=sys.stderr)
        return 1
    built = subprocess.run([sys.executable, "-m", "zensical", "build", "--clean", "--strict"], cwd=STAGE, check=False)
    if built.returncode:
        return built.returncode
    shutil.rmtree(OUTPUT, ignore_errors=True)
    shutil.move(STAGE / "site", OUTPUT)
    write_llms(pages, OUTPUT)
    wrong = broken_links(OUTPUT)
    for line in wrong:
        print(f"scripts/docs: {line}", file=sys.stderr)
    if wrong:
        return 1
    print(f"{len(pages)} pages are in site/. Next: python -m http.server --directory site, and look at them.")
    return 0


def _stage(pages: list[Page], entries: tuple[Entry, ...]) -> None:
    """Writes the pages, the pictures and the configuration that the builder reads."""
    docs = STAGE / "docs"
    for page in pages:
        path = docs / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(with_diagrams(page.text, page.path), "utf-8")
    for asset in [*(ROOT / "docs").rglob("*.png"), *(ROOT / "docs").rglob("*.css")]:
        shutil.copy(asset, docs / asset.relative_to(ROOT / "docs"))
    settings = (Path(__file__).parent / "zensical.toml").read_text("utf-8")
    sources = ", ".join(f'"{ROOT / name}"' for name in ("generated", "adapters"))
    (STAGE / "zensical.toml").write_text(
        settings.replace("SOURCES", sources).replace("NAVIGATION", _navigation(entries)), "utf-8"
    )


def _navigation(entries: tuple[Entry, ...]) -> str:
    """The navigation as TOML."""
    items = [
        f'{{ "{entry.title}" = {_navigation(entry.children) if entry.children else _quoted(entry.path)} }}'
        for entry in entries
    ]
    return f"[{', '.join(items)}]"


def _quoted(text: str) -> str:
    return f'"{text}"'


if __name__ == "__main__":
    sys.exit(main())
