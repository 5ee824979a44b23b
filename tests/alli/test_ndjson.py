"""The reader of JSON records: it loses none, whatever the framing, and says so when it can't read on."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

import pytest
from alli._stream import ndjson
from alli._stream.ndjson import DEFAULT_MAX_RECORD_BYTES, Reader, RecordError
from hypothesis import example, given
from hypothesis import strategies as st

T = TypeVar("T")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
json_containers = st.lists(json_values, max_size=4) | st.dictionaries(st.text(max_size=5), json_values, max_size=4)


def read(pieces: Iterable[bytes], **options: object) -> list[object]:
    reader = Reader(**options)  # type: ignore[arg-type]
    records: list[object] = []
    for piece in pieces:
        records += reader.feed(piece)
    return records + reader.flush()


def read_into(records: list[object], pieces: Sequence[bytes]) -> None:
    """As a stream does it: the bad record is reported once the good ones are given."""
    reader = Reader()
    for piece in pieces:
        records += reader.feed(piece)
    records += reader.flush()
    reader.flush()


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[place : place + size] for place in range(0, len(data), size)]


def at_every_cut(data: bytes) -> list[list[bytes]]:
    return [cut(data, 1), *([data[:place], data[place:]] for place in range(len(data) + 1))]


@pytest.mark.parametrize(
    ("data", "records"),
    [
        pytest.param(b'{"a":1}\n{"a":2}\n', [{"a": 1}, {"a": 2}], id="lines"),
        pytest.param(b'{"a":1}\r\n{"a":2}\r\n', [{"a": 1}, {"a": 2}], id="CRLF"),
        pytest.param(b'\n\r\n{"a":1}\n\n \t\n\r\n{"a":2}\n\n', [{"a": 1}, {"a": 2}], id="blank keep-alive lines"),
        pytest.param(b'{"a":1}\n{"a":2}', [{"a": 1}, {"a": 2}], id="last line without LF"),
        pytest.param(
            '{"a":"x\u2028y\u2029z\u0085w\\u000b"}\n'.encode(), [{"a": "x\u2028y\u2029z\u0085w\x0b"}], id="U+2028"
        ),
        pytest.param('{"요":"약 👍"}\n'.encode(), [{"요": "약 👍"}], id="characters of three and four bytes"),
        pytest.param(
            b'{"a":1} \n[1,2] \n"x"\n3\nnull\n', [{"a": 1}, [1, 2], "x", 3, None], id="space before LF, any value"
        ),
        pytest.param(b'{"a":1}{"a":2}[3]  {"a":"}{"}', [{"a": 1}, {"a": 2}, [3], {"a": "}{"}], id="joined"),
        pytest.param(b'{"a":1}{"a":2}\n{"a":3}\n', [{"a": 1}, {"a": 2}, {"a": 3}], id="two on a line"),
        pytest.param(
            b'{\n "a": [\n  1,\n  "}\\n\\"{"\n ]\n}\n{\n"b":2}', [{"a": [1, '}\n"{']}, {"b": 2}], id="pretty printed"
        ),
        pytest.param(
            b'{"a":1}\n{\n"a":\n2\n}\n{"a":3}\n', [{"a": 1}, {"a": 2}, {"a": 3}], id="one of them pretty printed"
        ),
        pytest.param(b'\xef\xbb\xbf{"a":1}\n', [{"a": 1}], id="byte order mark"),
        pytest.param(
            rb'{"a":"\\"}{"b":"\\\""}{"c":"\\\\"}', [{"a": "\\"}, {"b": '\\"'}, {"c": "\\\\"}], id="backslashes"
        ),
        pytest.param(b"", [], id="nothing"),
        pytest.param(b" \r\n\n", [], id="white space"),
    ],
)
def test_records_arrive_whole_wherever_the_bytes_are_cut(data: bytes, records: list[object]) -> None:
    for pieces in at_every_cut(data):
        assert read(pieces) == records, pieces


@pytest.mark.parametrize(
    ("data", "good", "incomplete"),
    [
        pytest.param(b'{"a":1}\nnonsense\n{"a":2}\n', 1, False, id="a line that is not JSON"),
        pytest.param(b"<html></html>", 0, False, id="HTML"),
        pytest.param(b'{"a":1}\n{"b":2\n{"c":3}\n', 1, False, id="a brace is missing"),
        pytest.param(b'{"a":1}}\n', 1, False, id="a brace too many"),
        pytest.param(b'{"a":"x\ny"}\n', 0, False, id="LF inside a string"),
        pytest.param(b'{"a":"\xff"}\n', 0, False, id="no UTF-8"),
        pytest.param(b'{"a":1}\n{"a":"\xec\x9a', 1, True, id="cut inside a character"),
        pytest.param(b'{"a":1}\n{"a":"lost', 1, True, id="cut inside a string"),
        pytest.param(b'{"a":1}{"a":tru', 1, True, id="cut inside a word"),
        pytest.param(b'{"a":"\\u12', 0, True, id="cut inside an escape"),
        pytest.param(b'{"a":\n\n', 0, True, id="cut after a colon"),
        pytest.param(b'{"a":1}\n{"b":2,', 1, True, id="cut after a comma"),
        pytest.param(b'{"a":1}\n{"b":tru}\n', 1, False, id="an unknown word"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}\n", 0, False, id="a number of too many digits"),
    ],
)
def test_what_came_before_a_bad_record_is_given_first(data: bytes, good: int, incomplete: bool) -> None:
    for pieces in [[data], cut(data, 3)] if len(data) > 1000 else at_every_cut(data):
        records: list[object] = []
        with pytest.raises(RecordError) as raised:
            read_into(records, pieces)
        assert len(records) == good
        assert raised.value.index == good
        assert raised.value.incomplete is incomplete, pieces
        assert 0 < raised.value.size <= len(data)


def test_too_deep_nesting_is_an_error_of_the_record() -> None:
    depth = sys.getrecursionlimit() + 100_000
    with pytest.raises(RecordError, match="record 0 of the stream is nested too deeply"):
        read([b"[" * depth + b"]" * depth + b"\n"])


def test_an_error_names_places_and_sizes_but_no_content() -> None:
    with pytest.raises(RecordError) as raised:
        read([b'{"answer": "my salary"}\n{"answer": "my salary" oops}\n'] * 2)
    assert "salary" not in str(raised.value)
    assert "record 1 of the stream is not JSON" in str(raised.value)
    assert raised.value.__cause__ is None
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.index, again.size) == (str(raised.value), 1, raised.value.size)


def test_a_bad_record_is_told_in_the_call_that_completes_it() -> None:
    reader = Reader()
    assert reader.feed(b'{"a":1}\noops\n') == [{"a": 1}]
    assert reader.error is not None
    with pytest.raises(RecordError):
        reader.feed(b'{"a":2}\n')


def test_joined_records_are_given_as_soon_as_they_are_whole() -> None:
    reader = Reader()
    assert reader.feed(b'{"a":1}') == [{"a": 1}]
    assert reader.feed(b' {"a":2}{"a"') == [{"a": 2}]
    assert reader.feed(b":3}") == [{"a": 3}]


def test_a_last_line_is_given_before_its_newline_comes() -> None:
    reader = Reader()
    assert reader.feed(b'{"a":1}\n{"a":') == [{"a": 1}]
    assert reader.feed(b"2}") == [{"a": 2}]
    assert reader.feed(b"\n") == []
    assert reader.flush() == []


@given(records=st.lists(json_containers, max_size=5), data=st.data())
@example(records=[{}, [], {"": ""}], data=None)
def test_any_records_in_any_framing_survive_any_cuts(records: list[object], data: st.DataObject | None) -> None:
    def pick(strategy: st.SearchStrategy[T], default: T) -> T:
        return default if data is None else data.draw(strategy)

    separator = pick(st.sampled_from(["\n", "\r\n", "", " ", "\n\n\n"]), "\n")
    indent = pick(st.sampled_from([None, 0, 1, 2]), None)
    ascii_only = pick(st.booleans(), False)
    text = separator.join(json.dumps(record, indent=indent, ensure_ascii=ascii_only) for record in records)
    # A lone surrogate is legal as an escape only.
    encoded = text.encode("utf-8", "surrogatepass")
    try:
        encoded.decode()
    except UnicodeDecodeError:
        return
    places = pick(st.lists(st.integers(0, len(encoded)), max_size=8), [])
    edges = [0, *sorted(places), len(encoded)]
    pieces = [encoded[start:end] for start, end in pairwise(edges)]
    assert read(pieces) == records
    assert read(cut(encoded, 1)) == records


@given(value=json_containers, data=st.data())
def test_a_value_over_many_lines_is_never_taken_for_a_broken_one(value: object, data: st.DataObject) -> None:
    text = json.dumps(value, indent=data.draw(st.integers(0, 2))).encode()
    reader = Reader()
    records: list[object] = []
    for line in text.splitlines(keepends=True):
        records += reader.feed(line)
    assert records + reader.flush() == [value]


def test_a_record_at_the_limit_is_read_and_one_above_is_not() -> None:
    record = json.dumps({"a": "x" * 91}).encode()
    assert len(record) == 100
    for size in (1, 7, 1000):
        for ending in (b"", b"\n"):
            assert read(cut((record + ending) * 3, size), max_record_bytes=100) == [{"a": "x" * 91}] * 3
            with pytest.raises(RecordError, match="larger than 99 bytes"):
                read(cut((record + ending) * 3, size), max_record_bytes=99)


def test_a_record_without_end_is_stopped_at_the_limit() -> None:
    fed: list[bytes] = []

    def endless() -> Iterator[bytes]:
        yield b'{"a":1}\n{"a":"'
        for _ in range(100):
            fed.append(b"x" * 1000)
            yield fed[-1]

    with pytest.raises(RecordError, match="record 1 of the stream is larger than 10000 bytes"):
        read(endless(), max_record_bytes=10_000)
    assert len(fed) == 10


def test_the_default_limit_is_64_mib() -> None:
    assert DEFAULT_MAX_RECORD_BYTES == 64 * 1024 * 1024
    with pytest.raises(ValueError, match="1 or more"):
        Reader(max_record_bytes=0)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of all that the reader counts brackets in or decodes, in bytes: its work, whatever the machine is doing."""
    sizes: list[int] = []
    count, decoded = ndjson.Depth.count, ndjson._decoded

    def noted_count(depth: ndjson.Depth, piece: bytes) -> int:
        sizes.append(len(piece))
        return count(depth, piece)

    def noted_decoded(pieces: list[bytes]) -> str:
        sizes.append(sum(map(len, pieces)))
        return decoded(pieces)

    monkeypatch.setattr(ndjson.Depth, "count", noted_count)
    monkeypatch.setattr(ndjson, "_decoded", noted_decoded)
    return sizes


@pytest.mark.parametrize("ending", [b"\n", b""], ids=["with LF", "without"])
def test_a_record_of_64_mib_in_small_chunks_is_read_as_it_comes(ending: bytes, looked_at: list[int]) -> None:
    record = b'{"a":"' + b"x" * (DEFAULT_MAX_RECORD_BYTES - 8) + b'"}'
    pieces = cut(record + ending, 4096)
    [value] = read(pieces)
    assert value == {"a": "x" * (DEFAULT_MAX_RECORD_BYTES - 8)}
    assert len(record) <= sum(looked_at) <= 2.5 * len(record)


@pytest.mark.parametrize("size", [50_000, 800_000])
@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(b'{"b":"\\"x\\\\"},\n', id="brackets, quotes, LF"),
        pytest.param(b'{"b":"\\"x\\\\"},', id="brackets and quotes"),
        pytest.param(b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],", id="nesting"),
    ],
)
def test_work_grows_in_line_with_the_size_of_a_record(unit: bytes, size: int, looked_at: list[int]) -> None:
    data = b'{"a":[' + unit * (size // len(unit)) + b"0]}"
    read(cut(data, 4096))
    assert len(data) <= sum(looked_at) <= 5 * len(data)
