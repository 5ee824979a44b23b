"""What the site is built from: every page and every public name has its place, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import alli
import pytest

from scripts.site.links import broken_links
from scripts.site.llms import write_llms
from scripts.site.navigation import Entry, SourceError, navigation
from scripts.site.pages import collect
from scripts.site.reference import public_names
from tests.places import ROOT

ENTRIES = navigation(ROOT)
PAGES = collect(ROOT, ENTRIES)
SOURCES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "adapters").glob("*/README.md"),
]


def test_every_public_name_of_the_package_is_on_one_page_of_the_reference() -> None:
    names = [name.removeprefix("alli.") for names in public_names(ROOT / "generated/alli").values() for name in names]
    public = set(alli.__all__) - {"__version__", "__spec_version__"}
    assert sorted(name for name in names if name in public) == sorted(public)


def test_every_page_of_docs_is_in_the_navigation(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n")
    (tmp_path / "docs/forgotten.md").write_text("# Forgotten\n")
    with pytest.raises(SourceError, match=r"docs/forgotten\.md: not in"):
        collect(tmp_path, (Entry("Home", "index.md"),))


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"docs/index\.md: no such file"):
        collect(tmp_path, (Entry("Home", "index.md"),))


def test_links_between_files_become_links_between_pages(tmp_path: Path) -> None:
    (tmp_path / "docs/guides").mkdir(parents=True)
    (tmp_path / "spec").mkdir()
    (tmp_path / "docs/guides/a.md").write_text(
        "See [spec](../../spec/README.md#rows), `spec/README.md` and\n\n```sh\ncat `spec/README.md`\n```\n"
    )
    (tmp_path / "spec/README.md").write_text("# Spec\n")
    page, _ = collect(tmp_path, (Entry("A", "guides/a.md"), Entry("Spec", "spec.md", "spec/README.md")))
    assert page.text == (
        "See [spec](../spec.md#rows), [`spec/README.md`](../spec.md) and\n\n```sh\ncat `spec/README.md`\n```\n"
    )


SITE_ALONE = {"llms.txt", "llms-full.txt"}
"""Files that only the built site has."""


@pytest.mark.parametrize("page", sorted({path.relative_to(ROOT).as_posix() for path in SOURCES}))
def test_links_of_a_page_also_lead_to_files_where_it_is_read_in_the_repository(page: str) -> None:
    links = re.findall(
        r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"```.*?```", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
    )
    files = [link for link in links if not link.startswith("http") and Path(link).name not in SITE_ALONE]
    assert [link for link in files if not (ROOT / page).parent.joinpath(link).is_file()] == []


def test_comments_for_the_tests_are_not_on_the_pages() -> None:
    assert [page.path for page in PAGES if "<!-- test:" in page.text] == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<a href="b/">', "a/index.html: broken link b/"),
        ('<a href="#there">', "a/index.html: broken link #there"),
        ('<a href="../c/#there">', "a/index.html: broken link ../c/#there"),
        ('<a href="https://example.org/">', "a/index.html: links to another host: https://example.org/"),
        ('<script src="https://cdn.example.org/x.js">', "a/index.html: loads https://cdn.example.org/x.js"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, html: str, said: str) -> None:
    for name in ("a", "c"):
        (tmp_path / name).mkdir()
    (tmp_path / "a/index.html").write_text(f'<h1 id="here">A</h1><a href="../c/#here">{html}')
    (tmp_path / "c/index.html").write_text('<h1 id="here">C</h1><a href="../a/">')
    assert broken_links(tmp_path) == [said]


def test_language_models_get_a_list_of_the_pages_and_all_of_their_text(tmp_path: Path) -> None:
    write_llms(PAGES, tmp_path)
    listed = (tmp_path / "llms.txt").read_text("utf-8")
    assert listed.startswith("# alli-sdk\n\n> ")
    assert all(f"[{page.title}](" in listed for page in PAGES)
    whole = (tmp_path / "llms-full.txt").read_text("utf-8")
    assert "# Errors and retries" in whole
    assert (tmp_path / "guides/errors.md").read_text("utf-8").startswith("# Errors and retries")


def test_every_error_has_an_anchor_of_its_own_name() -> None:
    (page,) = [page for page in PAGES if page.path == "guides/errors.md"]
    assert "\n### RateLimitError\n" in page.text  # the builder makes the anchor #ratelimiterror of it


def test_each_framework_of_the_page_on_tools_has_a_page() -> None:
    text = (ROOT / "adapters/alli_tools/README.md").read_text("utf-8")
    headings = re.findall(r"^### (.+)$", text.partition("\n## In each framework\n")[2], re.MULTILINE)
    titles = {page.title: page for page in PAGES}
    assert headings
    for heading in headings:
        assert titles[heading].text.startswith(f"# {heading}\n")
        assert "(tools.md)" in titles[heading].text


def test_a_section_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/all.md").write_text("# All\n\n## Kinds\n\nThese:\n\n### One\n\nfirst\n")
    whole = Entry("All", "all.md")
    pages = collect(tmp_path, (whole, Entry("One", "one.md", "docs/all.md", section="One")))
    assert pages[1].text == "# One\n\nThese:\n\nfirst\n\n[Kinds: all of them, and what a tool is](all.md)\n"
    with pytest.raises(SourceError, match="no section 'Two'"):
        collect(tmp_path, (whole, Entry("Two", "two.md", "docs/all.md", section="Two")))
