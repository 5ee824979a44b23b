"""What is said of the sync form is true of it, and what is said of the async form, too: docstrings and the reference."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.output.twins import sync_text

GENERATED = Path(__file__).parents[2] / "generated"

ASYNC_WORDS = re.compile(r"\bawait\w*|\basync (?:with|for|def)\b|\baclose\b|\bAsync[A-Z]\w*")
SYNC_WORDS = re.compile(
    r"(?<!async )\bwith\b(?= \w[\w.]*\()|(?<!async )`(?:with|for)\b|(?<!async )\bfor \w+ in\b|\bclose\(\)|`close`"
)


def docstrings() -> Iterator[tuple[str, bool, str]]:
    """Place, whether it is of the async form, and text, of every class that has two forms and of its methods."""
    for path in sorted(p for p in (GENERATED / "alli").rglob("*.py") if "raw" not in p.parts):
        classes = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]
        names = {each.name for each in classes}
        for each in classes:
            is_async = each.name.startswith("Async")
            if is_async or f"Async{each.name}" in names:
                for node in ast.walk(each):
                    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                        yield f"{path.name}: {each.name}, {node.name}", is_async, ast.get_docstring(node) or ""


def test_no_docstring_of_one_form_has_the_words_of_the_other() -> None:
    told = list(docstrings())
    assert {is_async for _, is_async, text in told if text} == {False, True}
    wrong = [
        (place, found[0])
        for place, is_async, text in told
        if (found := (SYNC_WORDS if is_async else ASYNC_WORDS).search(text))
    ]
    assert wrong == []


def test_no_docstring_breaks_a_line_inside_a_short_piece_of_code() -> None:
    paragraphs = [paragraph for _, _, text in docstrings() for paragraph in text.split("\n\n")]
    broken = [
        code
        for paragraph in paragraphs
        if paragraph.count("`") % 2 == 0
        for code in paragraph.split("`")[1::2]
        if "\n" in code
    ]
    assert broken == []


def test_the_reference_tells_of_the_sync_form_below_its_first_paragraph() -> None:
    _, *entries = (GENERATED / "reference.md").read_text("utf-8").split("\n## ")
    assert len(entries) > 3
    # The part on types names those of both forms: what `AsyncAlli` takes besides, and what an async list gives.
    told = [entry for entry in entries if not entry.startswith("What calls give and take\n")]
    assert len(told) == len(entries) - 1
    assert [found[0] for entry in told if (found := ASYNC_WORDS.search(entry))] == []


@pytest.mark.parametrize(
    ("text", "derived"),
    [
        ("Open it with `async with`.", "Open it with `with`."),
        ("`async for` walks, `await client.apps.list(…)` waits.", "`for` walks, `client.apps.list(…)` waits."),
        ("builtins.list[AsyncPager[alli.App]]", "builtins.list[Page[alli.App]]"),
        ("AsyncRunStream | None", "RunStream | None"),
        ("the first alone, await\n    client.list(), has", "the first alone, \n    client.list(), has"),
        ("an async\nfor", "an \nfor"),
        ('"quotes" that never close, (brackets neither', '"quotes" that never close, (brackets neither'),
    ],
)
def test_text_is_derived_although_it_is_no_python(text: str, derived: str) -> None:
    assert sync_text(text) == derived
