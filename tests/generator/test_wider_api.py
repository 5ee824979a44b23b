"""The wider API, all 63 operations of it, generated once: each method sends what it should and gives what it says, and each word of the overlay does
what spec/README.md says, sync and async.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from generator import pipeline
from generator.model.block_reader import keys_of
from generator.model.blocks import OperationBlock
from tests.generator.mutations import loaded
from tests.generator.wider_api import ROWS, SPOKEN_OF, Row, wider
from tests.generator.wider_package import Wider
from tests.generator.word_checks import WORDS
from tests.spec.reading import facade


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wider]:
    folder = tmp_path_factory.mktemp("wider")
    inputs = wider()
    (folder / "spec.json").write_text(json.dumps(inputs.spec), "utf-8")
    (folder / "overlay.json").write_text(json.dumps(inputs.overlay), "utf-8")
    warnings: list[str] = []
    output = folder / "out"
    pipeline.generate(
        folder / "spec.json", folder / "overlay.json", output, warn=lambda problem: warnings.append(str(problem))
    )
    with loaded(output, "alli_wider") as package:
        yield Wider(package, output, warnings)


BOTH = pytest.mark.parametrize("kind", ["sync", "async"])


def plain(value: Any) -> Any:
    if hasattr(value, "items") and hasattr(value, "has_next_page"):
        return [plain(item) for item in value.items]
    if isinstance(value, list):
        return [plain(item) for item in cast("list[Any]", value)]
    return value.to_dict() if hasattr(value, "to_dict") else value


def test_all_63_operations_are_named_and_nothing_is_warned_of(wide: Wider) -> None:
    named = {f"{operation.name}" for _, operation, _ in facade(wide.document)}
    assert len({row.url for row in ROWS} | set(SPOKEN_OF)) == 63
    assert {row.url for row in ROWS} | set(SPOKEN_OF) <= named
    assert wide.warnings == []


@BOTH
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_method_sends_its_request_and_gives_what_it_says(wide: Wider, kind: str, row: Row) -> None:
    resource, _, method = row.name.partition(".")
    given, (request,) = wide.call(kind, lambda c: getattr(getattr(c, resource), method)(**row.call), row.answered)
    assert plain(given) == row.gives
    assert wide.method(row.name).__annotations__["return"] == row.returns.replace("list[", "builtins.list[")
    verb, _, path = row.url.partition(" ")
    assert request.method == verb
    sent, documented = urlsplit(request.target), path.split("/")
    assert len(sent.path.split("/")) == len(documented)
    for segment, name in zip(sent.path.split("/"), documented, strict=True):
        assert name.startswith("{") or unquote(segment) == name
    assert (json.loads(request.body) if request.body else None) == row.sent
    assert parse_qs(sent.query).keys() <= row.query.keys()


@BOTH
@pytest.mark.parametrize(
    "check", dict.fromkeys(WORDS.values()), ids=lambda check: check.__name__.removeprefix("check_")
)
def test_a_word_of_the_overlay_does_what_it_says(wide: Wider, kind: str, check: Callable[[Wider, str], None]) -> None:
    check(wide, kind)


def test_every_word_is_used_by_an_operation_and_has_a_check(wide: Wider) -> None:
    used = {word for _, _, block in facade(wide.document) for word in block}
    used |= {"method"} | {w for s in wide.document["components"]["schemas"].values() for w in s.get("x-alli-sdk", {})}
    assert WORDS.keys() - used == set()
    # tests/generator/test_answers.py generates and calls an operation whose block has a `result`.
    assert keys_of(OperationBlock) - WORDS.keys() == {"result"}
