"""Reading YAML: JSON's values only, each with its line, and no trap of YAML's."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import pipeline
from generator.document import files
from generator.document.files import Document, load
from generator.document.problems import GenerationFailed

TOO_DEEP = "has values that are nested more than 64 deep; give the inner ones a name in components and refer to them"
ALIASES = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"b{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)
"""Twelve lines that stand for a million million values."""


def read(tmp_path: Path, text: str | bytes) -> object:
    file = tmp_path / "a.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(file).data


def mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> list[str]:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GenerationFailed) as caught:
        read(tmp_path, text)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200: x", {"200": "x"}),
        ("null: 1", {"null": 1}),
        ("a: 2024-01-02", {"a": "2024-01-02"}),
        ("a: yes", {"a": "yes"}),
        ("a: [true, False, ~, null]", {"a": [True, False, None, None]}),
        ("a: [010, 0x1f, 0o17, -3, 1_000]", {"a": [10, 31, 15, -3, 1000]}),
        ("a: [1.5, 1e3, -0.0]", {"a": [1.5, 1000.0, 0.0]}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ('{"a": [1, "2"]}', {"a": [1, "2"]}),
        ("a: 견적", {"a": "견적"}),
    ],
)
def test_values_are_those_of_json(tmp_path: Path, text: str, value: object) -> None:
    assert read(tmp_path, text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1\nb: 2\n", "a.yaml:2: broken YAML: expected ',' or ']', but got ':'"),
        ("a: 1\na: 2\n", "a.yaml:2: key 'a' is already on line 1; a key may occur once"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "a.yaml:3: merge keys (<<) are not part of YAML 1.2; write the fields out"),
        ("a: 1\nb: .nan\n", "a.yaml:2: '.nan' (float) is not a value that JSON has"),
        ("a: !thing x\n", "a.yaml:1: 'x' (!thing) is not a value that JSON has"),
        ("a: &x [*x]\n", "a.yaml:1: an alias refers to a value that contains it"),
        ("? [a]\n: 1\n", "a.yaml:1: a key must be text"),
        ("", "a.yaml: is empty; expected a document"),
        ("# nothing\n", "a.yaml: is empty; expected a document"),
        ("- a\n", "a.yaml:1: the root must be an object"),
        (b"a: \xff\n", "a.yaml: is not UTF-8 (byte 3)"),
        (f"a: 1\nb: {'9' * 5000}\n", f"a.yaml:2: '{'9' * 100}…' (int) is not a value that JSON has"),
        (f"a: 1\nb: {'[' * 70 + ']' * 70}\n", f"a.yaml:2: {TOO_DEEP}"),
        (f"a: {'[' * 500 + ']' * 500}\n", f"a.yaml: {TOO_DEEP}"),
        (ALIASES, "a.yaml:1: aliases repeat more than 100000 values; write out what is meant"),
    ],
)
def test_each_mistake_is_one_line_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes, message: str
) -> None:
    assert mistakes(tmp_path, monkeypatch, text) == [message]


def test_all_mistakes_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(mistakes(tmp_path, monkeypatch, "a: 1\na: 2\nb: .inf\nc: {d: 1, d: 2}\n")) == 3


def test_a_missing_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GenerationFailed, match=r"^none\.yaml: can't be read: No such file or directory$"):
        load(tmp_path / "none.yaml")


def test_every_value_knows_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("a:\n  - b: 1\n  - c:\n      d: 2\n")
    document = load(Path("a.yaml"))
    assert str(document.place(("a", 1, "c", "d"))) == "a.yaml:4"
    assert str(document.place(("a", 0))) == "a.yaml:2"
    assert str(document.place(("a", 1, "c", "x", "y"))) == "a.yaml:3"
    assert str(document.place(())) == "a.yaml:1"


WRITTEN: list[dict[str, Any]] = [
    {},
    {"indent": 1},
    {"indent": 2, "ensure_ascii": False},
    {"separators": (",\n", ":\n")},
]


def agree(text: str) -> None:
    """JSON is read by another parser than YAML, and gives the same: values of the same types, and the same lines."""
    one, other = files._from_json(text, "a.json"), files._from_yaml(text, "a.json")
    assert isinstance(one, Document)
    assert one == other
    assert json.dumps(one.data) == json.dumps(other.data)


@pytest.mark.parametrize("written", WRITTEN, ids=str)
def test_json_is_read_as_yaml_would_be(written: dict[str, Any]) -> None:
    agree(json.dumps(load(pipeline.SPEC).data, **written))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(
    st.characters(codec="ascii", min_codepoint=32, max_codepoint=126) | st.sampled_from("견적·\n\t"), max_size=5
)
VALUES = st.recursive(
    LEAVES | TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.sampled_from(WRITTEN))
def test_any_json_is_read_as_yaml_would_be(data: dict[str, Any], written: dict[str, Any]) -> None:
    agree(json.dumps(data, **written))


REFUSED_JSON = [
    '{"a": 1, "a": 2}',
    '{"a": NaN}',
    '{"a": 1e999}',
    '{"a": "\\ud800"}',
    "[1]",
    "1",
    "{}{}",
    '{"a": }',
    "a: 1",
    "",
]
REFUSED_JSON += [f'{{"a": {"9" * 101}}}', f'{{"a": {"[" * 70}{"]" * 70}}}', f'{{"a": {"[" * 5000}{"]" * 5000}}}']


@pytest.mark.parametrize(
    "text", ['{"a"\n:\n1}', '{"a": "\x7f"}', f'{{"{"b" * 2000}": 2}}'], ids=["colon", "DEL", "long key"]
)
def test_json_that_yaml_would_refuse_is_read(tmp_path: Path, text: str) -> None:
    with pytest.raises(GenerationFailed):
        files._from_yaml(text, "a.json")
    assert read(tmp_path, text) == json.loads(text)


@pytest.mark.parametrize("text", REFUSED_JSON, ids=lambda text: text[:20])
def test_what_must_be_reported_is_left_to_the_reader_of_yaml(text: str) -> None:
    assert files._from_json(text, "a.json") is None
