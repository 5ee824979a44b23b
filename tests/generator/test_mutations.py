"""Mutated specs: each kind of growth, each kind of break and each kind of broken document, end to end.

The real program makes a package of each (or says in one line why it can't), `diff` says what changed, and the package is imported and
called, sync and async, against a server.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import typing
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from alli_emulator.validation import Contract

from tests.generator.mutation_changes import HARMLESS
from tests.generator.mutations import Case, call_both, loaded, method_of, run
from tests.generator.mutations_of_a_newer_document import NEWER, REFUSED
from tests.generator.mutations_of_dates import DATES
from tests.generator.mutations_of_fields import FIELDS
from tests.generator.mutations_that_break import BREAKS, BROKEN
from tests.generator.mutations_that_grow import GROWTH

CASES = [*GROWTH, *DATES, *FIELDS, *NEWER, *BREAKS, *BROKEN, *REFUSED]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_mutated_spec(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judged = case not in [*BROKEN, *REFUSED]
    made, changes = run(case.change, tmp_path, lambda: capsys.readouterr().err.splitlines(), judged)
    warnings = [line for line in made.errors if ": warning: " in line]
    mistakes = [line for line in made.errors if line not in warnings]
    assert (case.warns != "") == bool(warnings), made.errors
    assert all(case.warns in line for line in warnings), warnings
    if judged:
        assert changes is not None
        found = [(change.name, change.text, change.breaking) for change in changes]
        assert len(found) == len(case.changes) or (case.changes is HARMLESS and found), found
        assert case.changes is not HARMLESS or not any(breaking for _, _, breaking in found)
        for name, text, breaking in case.changes:
            assert any(n == name and text in t and b is breaking for n, t, b in found), found
    if case.error:
        assert made.status == 1
        assert any(case.error in line and re.match(r"\S+\.(json|yaml)(:\d+)?: ", line) for line in mistakes), mistakes
        assert mistakes[-1].startswith("nothing was changed in ")
        assert not made.output.exists()
        return
    assert (made.status, mistakes) == (0, [])
    use(case, made.output)


def use(case: Case, output: Path) -> None:
    """Import the package, look at it, call it."""
    reference = (output / "reference.md").read_text("utf-8")
    document = json.loads((output / "alli" / "openapi.json").read_text("utf-8"))
    with loaded(output, f"alli_{abs(hash(case.name))}") as package:
        for name, text, _ in case.changes:
            if name.startswith(("client.", "Conversation.")) and text == "new" and "(" in name:
                method, _, parameter = name.removesuffix(")").partition("(")
                assert f"### {method}\n" in reference
                assert not parameter or f"    {parameter}: " in reference
        entry = reference.partition(f"### {case.tells[0]}\n")[2].partition("\n### ")[0]
        assert case.tells[1] in entry
        if case.signature is not None:
            for client in (package.Alli(api_key="k"), package.AsyncAlli(api_key="k")):
                function = method_of(client, case.signature[0])
                shown = str(inspect.signature(function)).replace("'", "").replace("builtins.", "").replace("alli.", "")
                plain = shown.replace("AsyncPager", "Page").replace("Async", "")
                assert case.signature[1] in plain
                names = {**function.__globals__, "alli": package}
                assert typing.get_type_hints(function, names).keys() >= inspect.signature(function).parameters.keys()
                assert function.__doc__
                assert case.tells[1] in function.__doc__
        for text, call in case.refuses.items():
            assert_it_is_refused(package, call, text)
        if case.call is not None:
            urls = set()
            for request, given in call_both(package, case):
                if case.sent is not None:
                    case.sent(request)
                if case.gives is not None:
                    case.gives(given)
                urls.add((request.method, request.path))
            assert len(urls) == 1
            assert_the_emulator_lists_it(document, *urls.pop())


def assert_it_is_refused(package: ModuleType, call: Callable[[Any], Any], text: str) -> None:
    """By both clients, which know no server."""
    url = "http://127.0.0.1:9"
    with pytest.raises(package.InvalidArgumentError, match=re.escape(text)):
        call(package.Alli(api_key="k", base_url=url))

    async def asynchronous() -> None:
        await call(package.AsyncAlli(api_key="k", base_url=url))

    with pytest.raises(package.InvalidArgumentError, match=re.escape(text)):
        asyncio.run(asynchronous())


def assert_the_emulator_lists_it(document: Any, method: str, path: str) -> None:
    served = [
        (str(place[2]).upper(), re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(str(place[1]))))
        for place in Contract(document).operations.values()
    ]
    assert any(m == method and re.fullmatch(p, path) for m, p in served)
