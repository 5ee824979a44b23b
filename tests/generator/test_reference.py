"""The reference has every public type, and each is linked from where it is given or taken."""

from __future__ import annotations

import inspect
import re

import alli
import pytest

from tests.places import ROOT

REFERENCE = (ROOT / "generated" / "reference.md").read_text("utf-8")
HEADINGS = re.findall(
    r"^#{1,3} (.+)$", re.sub(r"^(`{3,}).*?^\1$", "", REFERENCE, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
)
ENTRIES = re.findall(r"^### (\S+)\n\n```python\n(.*?)^```$(.*?)(?=^#{2,3} |\Z)", REFERENCE, re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """As GitHub and the site make them."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_each_link_resolves_to_one_heading() -> None:
    anchors = [anchor(heading) for heading in HEADINGS]
    assert len(anchors) == len(set(anchors))
    linked = set(re.findall(r"\]\(#([^)]*)\)", REFERENCE))
    assert len(linked) > 60
    assert linked - set(anchors) == set()


def test_every_public_type_has_an_entry() -> None:
    values = {
        "UNSET",
        "HTTPClient",
        "AsyncHTTPClient",
        *(name for name in alli.__all__ if inspect.isfunction(getattr(alli, name))),
    }
    own = {name for name in alli.__all__ if not name.startswith("__")} - values
    twins = {name for name in own if name.removeprefix("Async") in own and name.startswith("Async")}
    told = {name for name, _, _ in ENTRIES} | {"Conversation"}
    assert own - twins - told == set()


@pytest.mark.parametrize(("name", "code", "rest"), ENTRIES, ids=lambda value: value if value.count("\n") == 0 else "")
def test_what_an_entry_names_is_linked_there(name: str, code: str, rest: str) -> None:
    types = {entry for entry, _, _ in ENTRIES if "." not in entry} - {name}
    named = {word.removeprefix("Async") for word in re.findall(r"\b[A-Z]\w+", code)} & types
    assert {each for each in named if f"[`{each}`](#{each.lower()})" not in rest} == set()


def test_a_result_is_linked_from_the_method_that_gives_it() -> None:
    entries = {name: rest for name, _, rest in ENTRIES}
    assert "[`RunResult`](#runresult)" in entries["client.apps.run"]
    assert "[`App`](#app)" in entries["client.apps.list"]
    assert "[`Page`](#page)" in entries["client.apps.list"]
    assert "[`AppType`](#apptype)" in entries["App"]
