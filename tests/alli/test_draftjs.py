"""DraftJS to Markdown: what is known is kept, what is not known is plain text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alli._json.draftjs import may_become_draftjs, to_markdown
from hypothesis import given
from hypothesis import strategies as st


def block(text: str, kind: str = "unstyled", depth: int = 0, **ranges: Any) -> dict[str, Any]:
    styles = [
        {"offset": offset, "length": length, "style": style} for offset, length, style in ranges.get("styles", ())
    ]
    entities = [{"offset": offset, "length": length, "key": key} for offset, length, key in ranges.get("entities", ())]
    return {
        "key": "k",
        "type": kind,
        "text": text,
        "depth": depth,
        "inlineStyleRanges": styles,
        "entityRanges": entities,
        "data": {},
    }


def content(*blocks: dict[str, Any], entities: Any = None) -> dict[str, Any]:
    return {"blocks": list(blocks), "entityMap": {} if entities is None else entities}


def link(url: object, kind: str = "LINK") -> dict[str, Any]:
    return {"type": kind, "mutability": "MUTABLE", "data": {"url": url}}


UL, OL = "unordered-list-item", "ordered-list-item"


@pytest.mark.parametrize(
    ("blocks", "markdown"),
    [
        pytest.param([block("Line one")], "Line one", id="plain"),
        pytest.param([block("One"), block(""), block("Two")], "One\n\nTwo", id="paragraphs"),
        pytest.param(
            [
                block(f"H{level}", f"header-{word}")
                for level, word in enumerate(("one", "two", "three", "four", "five", "six"))
            ],
            "# H0\n\n## H1\n\n### H2\n\n#### H3\n\n##### H4\n\n###### H5",
            id="headings",
        ),
        pytest.param(
            [block("a", UL), block("b", UL, 1), block("c", UL, 2), block("d", UL)],
            "- a\n  - b\n    - c\n- d",
            id="bullets",
        ),
        pytest.param(
            [block("a", OL), block("x", OL, 1), block("y", OL, 1), block("b", OL), block("z", OL, 1)],
            "1. a\n   1. x\n   2. y\n2. b\n   1. z",
            id="numbers",
        ),
        pytest.param(
            [block("a", OL), block("x", UL, 1), block("b", OL)], "1. a\n   - x\n2. b", id="bullets in numbers"
        ),
        pytest.param(
            [block("a", OL), block("break"), block("b", OL)], "1. a\n\nbreak\n\n1. b", id="two numbered lists"
        ),
        pytest.param([block("a", UL), block("deep", UL, 4)], "- a\n  - deep", id="a depth that skips levels"),
        pytest.param([block("item\nmore", UL)], "- item\n  more", id="a line break in an item"),
        pytest.param([block("한\n국", "header-one")], "# 한 국", id="a line break in a heading"),
        pytest.param(
            [block("said\nso", "blockquote"), block("then", "blockquote")], "> said\n> so\n> then", id="quotes"
        ),
        pytest.param(
            [block("x = 1", "code-block"), block("  y = 2", "code-block"), block("done")],
            "```\nx = 1\n  y = 2\n```\n\ndone",
            id="code blocks",
        ),
        pytest.param([block("```", "code-block")], "````\n```\n````", id="a fence inside code"),
        pytest.param([block("odd", "poll-widget", 3)], "odd", id="unknown block type"),
        pytest.param([], "", id="nothing"),
    ],
)
def test_blocks_become_markdown(blocks: list[dict[str, Any]], markdown: str) -> None:
    assert to_markdown(content(*blocks)) == markdown
    assert to_markdown(json.dumps(content(*blocks))) == markdown


@pytest.mark.parametrize(
    ("text", "styles", "markdown"),
    [
        pytest.param("a bold word", [(2, 4, "BOLD")], "a **bold** word", id="bold"),
        pytest.param("기울임 글", [(0, 3, "ITALIC")], "*기울임* 글", id="italic"),
        pytest.param("run ls now", [(4, 2, "CODE")], "run `ls` now", id="code"),
        pytest.param("a`b", [(0, 3, "CODE")], "`` a`b ``", id="code with a backtick"),
        pytest.param("gone", [(0, 4, "STRIKETHROUGH")], "~~gone~~", id="struck"),
        pytest.param("both", [(0, 4, "BOLD"), (0, 4, "ITALIC")], "***both***", id="bold italic"),
        pytest.param("bold in it", [(0, 10, "ITALIC"), (0, 4, "BOLD")], "***bold** in it*", id="one inside another"),
        pytest.param("a code b", [(0, 8, "BOLD"), (2, 4, "CODE")], "**a `code` b**", id="code inside bold"),
        pytest.param("joined", [(0, 3, "BOLD"), (3, 3, "BOLD")], "**joined**", id="two that touch"),
        pytest.param("a b ", [(1, 3, "BOLD")], "a **b** ", id="blanks stay outside"),
        pytest.param("   ", [(0, 3, "BOLD")], "", id="blanks alone"),
        pytest.param("👍 굵게", [(3, 2, "BOLD")], "👍 **굵게**", id="offsets count UTF-16"),
        pytest.param(
            "👨‍👩‍👧 x 👍", [(9, 1, "BOLD"), (11, 2, "ITALIC")], "👨‍👩‍👧 **x** *👍*", id="several beyond the BMP"
        ),
        pytest.param("short", [(2, 99, "BOLD")], "sh**ort**", id="a range beyond the end"),
        pytest.param("x", [(-1, 1, "BOLD"), (0, 0, "BOLD"), ("0", 1, "BOLD"), (0, None, "BOLD")], "x", id="odd ranges"),
        pytest.param("plain", [(0, 5, "RAINBOW"), (0, 5, None)], "plain", id="unknown styles"),
    ],
)
def test_ranges_of_style_become_marks(text: str, styles: list[tuple[Any, Any, Any]], markdown: str) -> None:
    assert to_markdown(content(block(text, styles=styles))) == markdown


@pytest.mark.parametrize(
    ("entity", "markdown"),
    [
        pytest.param(link("https://a.example/x"), "see [here](https://a.example/x) 👍", id="link"),
        pytest.param(
            link("https://a.example/a b(c)"), "see [here](<https://a.example/a b(c)>) 👍", id="blanks and brackets"
        ),
        pytest.param(
            {"type": "LINK", "data": {"href": "https://a.example"}}, "see [here](https://a.example) 👍", id="href"
        ),
        pytest.param(link("https://a.example", "MENTION"), "see here 👍", id="unknown entity"),
        pytest.param(link(None), "see here 👍", id="no address"),
        pytest.param("oops", "see here 👍", id="no entity"),
    ],
)
def test_links_are_kept(entity: object, markdown: str) -> None:
    linked = block("see here 👍", entities=[(4, 4, 0)])
    assert to_markdown(content(linked, entities={"0": entity})) == markdown
    assert to_markdown(content(linked, entities=[entity])) == markdown


def test_a_link_may_be_bold() -> None:
    both = block("see here now", styles=[(0, 12, "BOLD")], entities=[(4, 4, 0)])
    assert (
        to_markdown(content(both, entities={"0": link("https://a.example")})) == "**see [here](https://a.example) now**"
    )


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        [],
        {},
        "",
        "plain",
        "{",
        '{"a": 1}',
        '{"blocks": []}',
        '{"entityMap": {}}',
        '{"blocks": [], "entityMap": {}',
        '{"blocks": [{"text": 1}], "entityMap": {}}',
        '{"blocks": {}, "entityMap": {}}',
        {"blocks": ["x"], "entityMap": {}},
        "{'blocks': [], 'entityMap': {}}",
        '["blocks", "entityMap"]',
    ],
)
def test_what_is_no_draftjs_is_left_alone(value: object) -> None:
    assert to_markdown(value) is None


@pytest.mark.parametrize("text", ["{", ' \n{ "', '{"b', '{"blocks', '{"blocks": [', '{"entityMap": {}, "blo', "{\n  "])
def test_a_beginning_that_can_be_draftjs_is_recognised(text: str) -> None:
    assert may_become_draftjs(text)


@pytest.mark.parametrize("text", ["", "a", "{a", '{"a', '{"blocksy"', '{"b":', "{}", "[", '{"answer": 1}', "x {"])
def test_a_beginning_that_cannot_be_draftjs_is_recognised(text: str) -> None:
    assert not may_become_draftjs(text)


odd = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "type", "data", "0"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    text=st.text(alphabet="ab \n가👍`*", max_size=12),
    kind=st.sampled_from(["unstyled", UL, OL, "code-block", "blockquote", "header-two", "odd"]) | odd,
    depth=odd,
    ranges=st.lists(
        st.fixed_dictionaries(
            {
                "offset": st.integers(-1, 14) | odd,
                "length": st.integers(-1, 14) | odd,
                "style": odd | st.sampled_from(["BOLD", "CODE"]),
            }
        )
        | odd,
        max_size=4,
    )
    | odd,
    entities=odd,
)
def test_no_word_is_lost_and_nothing_raises_whatever_the_shape(
    text: str, kind: object, depth: object, ranges: object, entities: object
) -> None:
    raw = {"text": text, "type": kind, "depth": depth, "inlineStyleRanges": ranges, "entityRanges": ranges}
    markdown = to_markdown({"blocks": [raw], "entityMap": entities})
    assert markdown is not None
    kept = [character for character in markdown if character in "ab가👍"]
    assert kept == [character for character in text if character in "ab가👍"]
