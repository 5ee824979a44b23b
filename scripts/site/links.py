"""Whether every link of the built site leads somewhere, anchors included."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

__all__ = ["broken_links"]

ALLOWED_HOSTS = {"docs.allganize.ai", "semver.org", "zensical.org", "www.w3.org", "alli-sdk.readthedocs.io"}
"""Hosts that a page may link to. Nothing is loaded from any of them."""
_LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class _Reader(HTMLParser):
    """Notes what a page links to, what it loads, and which anchors it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value for name, value in attrs if value is not None}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif _LOADS.get(tag) in found and not (tag == "link" and found.get("rel") in ("canonical", "next", "prev")):
            self.loads.append(found[_LOADS[tag]])


def broken_links(site: Path) -> list[str]:
    """One line per link that leads nowhere, per link to an unknown host, and per thing that a page would load from another host."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    wrong: list[str] = []
    for path, page in pages.items():
        if path.name == "404.html":
            continue
        where = path.relative_to(site)
        wrong += [f"{where}: loads {load}" for load in page.loads if urlsplit(load).scheme in ("http", "https")]
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                if parts.hostname not in ALLOWED_HOSTS:
                    wrong.append(f"{where}: links to another host: {link}")
            elif not parts.scheme and not _leads_somewhere(path, link, pages, site):
                wrong.append(f"{where}: broken link {link}")
    return wrong


def _leads_somewhere(path: Path, link: str, pages: dict[Path, _Reader], site: Path) -> bool:
    target, anchor = urldefrag(link)
    base = site if target.startswith("/") else path.parent
    found = (base / unquote(target).lstrip("/")).resolve() if target else path
    if found.is_dir():
        found /= "index.html"
    if found not in pages:
        return found.is_file()
    return not anchor or unquote(anchor) in pages[found].anchors or anchor == "__top"


def _read(path: Path) -> _Reader:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    return reader
