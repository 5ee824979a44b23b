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
from alli_emulator.contract.validation import Contract

from tests.generator.mutated_together import groups
from tests.generator.mutation_changes import HARMLESS
from tests.generator.mutations import Case, call_both, loaded, method_of, run
from tests.generator.mutations_of_a_newer_document import NEWER
from tests.generator.mutations_of_dates import DATES
from tests.generator.mutations_of_fields import FIELDS
from tests.generator.mutations_of_parameters import PARAMETERS
from tests.generator.mutations_of_schemas import SCHEMAS
from tests.generator.mutations_of_values import VALUES
from tests.generator.mutations_refused import REFUSED
from tests.generator.mutations_that_break import BREAKS, BROKEN
from tests.generator.mutations_that_grow import GROWTH

CASES = [*GROWTH, *DATES, *FIELDS, *NEWER, *PARAMETERS, *SCHEMAS, *VALUES, *BREAKS, *BROKEN, *REFUSED]


@pytest.mark.takes_long
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "cases", groups(CASES), ids=lambda cases: "_and_".join(case.name.replace(" ", "-") for case in cases)
)
def test_a_mutated_spec(cases: list[Case], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judged = cases[0] not in [*BROKEN, *REFUSED]
    made, changes = run(
        lambda inputs: [case.change(inputs) for case in cases],
        tmp_path,
        lambda: capsys.readouterr().err.splitlines(),
        judged,
    )
    warnings = [line for line in made.errors if ": warning: " in line]
    mistakes = [line for line in made.errors if line not in warnings]
    expected = [
        part for case in cases if case.warns for part in ([case.warns] if isinstance(case.warns, str) else case.warns)
    ]
    assert all(any(part in line for line in warnings) for part in expected), warnings
    assert all(any(part in line for part in expected) for line in warnings), warnings
    if judged:
        assert changes is not None
        assert_these_changes_are_told(cases, [(change.name, change.text, change.breaking) for change in changes])
    if cases[0].error:
        assert made.status == 1
        told = [line for line in mistakes if re.match(r"\S+\.(json|yaml)(:\d+)?: ", line)]
        assert any(cases[0].error in line for line in told), mistakes
        assert mistakes[-1].startswith("nothing was changed in ")
        assert not made.output.exists()
        return
    assert made.status == 0, mistakes
    assert mistakes == []
    # Imported once: that takes longer than all the calls.
    with loaded(made.output, f"alli_{abs(hash(cases[0].name))}") as package:
        contract = Contract(json.loads((made.output / "alli" / "openapi.json").read_text("utf-8")))
        for case in cases:
            use(case, package, (made.output / "reference.md").read_text("utf-8"), contract)


def assert_these_changes_are_told(cases: list[Case], found: list[tuple[str, str, bool]]) -> None:
    if cases[0].changes is HARMLESS:
        assert found
        assert not any(breaking for _, _, breaking in found)
        return
    # Two cases may add the same model.
    expected = dict.fromkeys(change for case in cases for change in case.changes)
    assert len(found) == len(expected), found
    for name, text, breaking in expected:
        assert any(n == name and text in t and b is breaking for n, t, b in found), (name, text, found)


def use(case: Case, package: ModuleType, reference: str, contract: Contract) -> None:
    """Look at the package that was imported, call it."""
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
            shown = re.sub(r"builtins\.|alli\.|['\"]", "", str(inspect.signature(function)))
            plain = shown.replace("AsyncPager", "Page").replace("Async", "")
            assert case.signature[1] in plain
            names = {**inspect.unwrap(function).__globals__, "alli": package}
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
        assert_the_emulator_lists_it(contract, *urls.pop())


def assert_it_is_refused(package: ModuleType, call: Callable[[Any], Any], text: str) -> None:
    """By both clients, which know no server."""
    url = "http://127.0.0.1:9"
    with pytest.raises(package.InvalidArgumentError, match=re.escape(text)):
        call(package.Alli(api_key="k", base_url=url))

    async def asynchronous() -> None:
        await call(package.AsyncAlli(api_key="k", base_url=url))

    with pytest.raises(package.InvalidArgumentError, match=re.escape(text)):
        asyncio.run(asynchronous())


def assert_the_emulator_lists_it(contract: Contract, method: str, path: str) -> None:
    found = contract.operations.find(method, path)
    assert found is not None
    assert found.operation is not None
