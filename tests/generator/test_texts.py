"""Docstrings are worth reading: what, each argument with its limits, what comes back, what is raised, and where it is from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cached_property

import alli
import pytest
from alli import Alli, AsyncAlli, config
from alli._json.error_details import status_error_class

from generator.facade import docstrings
from generator.model.constraints import constraints_of, limits
from generator.pipeline import OVERLAY, SPEC
from generator.raw.reading import read
from tests.places import ROOT
from tests.spec.first_methods import FACADE
from tests.spec.reading import facade

BLOCKS = {name: block for name, _, block in facade(read(SPEC, OVERLAY).document.data)}


def methods() -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for client in (Alli(api_key="k"), AsyncAlli(api_key="k")):
        for name, attribute in vars(type(client)).items():
            if name.startswith("_") or not isinstance(attribute, cached_property):
                continue
            for method, function in vars(type(getattr(client, name))).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    found.append((f"{type(client).__name__}.{name}.{method}", function))
    return found


@pytest.mark.parametrize(("name", "function"), methods(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_docstring_tells_arguments_result_errors_and_source(name: str, function: Callable[..., object]) -> None:
    text = inspect.getdoc(function) or ""
    parameters = [p for p in inspect.signature(function).parameters if p != "self"]
    for parameter in parameters:
        assert re.search(rf"^    {parameter}: \S.{{8,}}", text, re.MULTILINE), parameter
    _, _, method = name.partition(".")
    # A method beside that of an operation, such as `wait`, has no block.
    block = BLOCKS.get(method, {})
    source = block.get("source")
    for section in ("Returns:", "Raises:", f"Source: {source}" if source else ""):
        assert section in text
    assert bool(source or "grade" in block) == ("Source:" in text)
    raised = re.findall(r"^    (\w+): ", text.partition("Raises:\n")[2], re.MULTILINE)
    assert raised
    assert all(issubclass(getattr(alli, each), alli.AlliError) for each in raised)
    assert not re.search(r"<\w+ object at|\bUNSET = |see the source", text)
    assert "await" not in text or name.startswith("Async")


@pytest.mark.parametrize("method", FACADE)
def test_the_methods_of_the_two_first_pages_name_their_source_and_describe_every_argument(method: str) -> None:
    assert str(BLOCKS[method]["source"]).startswith("https://docs.allganize.ai/")
    for name, function in methods():
        if name.partition(".")[2] == method:
            assert docstrings.UNDESCRIBED not in (inspect.getdoc(function) or "").partition("Raises:")[0].lower()


def test_the_seconds_in_docstrings_are_those_of_the_client() -> None:
    assert alli.Alli(api_key="k")._config.timeouts(run=True, injected=False)[1] == docstrings.RUN_SECONDS


def test_the_page_on_errors_in_docstrings_is_that_of_the_errors() -> None:
    assert alli.AlliError("x").help_url.startswith(f"{docstrings.ERRORS_PAGE}#")


def test_the_errors_of_a_method_are_those_that_are_particular_to_it() -> None:
    def raised(method: Callable[..., object]) -> list[str]:
        return re.findall(r"^    (\w+): ", (inspect.getdoc(method) or "").partition("Raises:\n")[2], re.MULTILINE)

    apps, answers = Alli(api_key="k").apps, Alli(api_key="k").answers
    assert raised(apps.list) == ["PaginationError", "AlliError"]
    assert raised(apps.get) == ["NotFoundError", "AlliError"]
    assert raised(apps.run) == ["NotFoundError", "AppError", "APITimeoutError", "AlliError"]
    assert raised(answers.stream) == ["AppError", "StreamError", "AlliError"]


def test_the_seconds_that_the_clients_help_and_the_spec_s_page_tell_are_those_of_the_client() -> None:
    run, read, idle = f"{config.RUN_READ_TIMEOUT:.0f}", f"{config.READ_TIMEOUT:.0f}", f"{config.IDLE_TIMEOUT:.0f}"
    for client in (Alli, AsyncAlli):
        told = " ".join((inspect.getdoc(client) or "").split())
        assert (
            f"Default: {config.CONNECT_TIMEOUT:.0f} to connect, {run} to read for calls that run an app and {read} for others"
            in told
        )
        assert f"a stream may go without a readable record. Default: {idle}." in told
    page = (ROOT / "spec/README.md").read_text("utf-8")
    assert f"| `timeout` | `run` | reads for up to {run} s. Default: {read} s |" in page


def test_the_classes_in_docstrings_are_those_of_the_statuses() -> None:
    for status, name in docstrings._PARTICULAR.items():
        assert status_error_class(int(status), None, None).__name__ == name


def test_limits_and_defaults_of_the_document_are_told() -> None:
    operation = next(each for each in read(SPEC, OVERLAY).api.operations if each.path[1:] == ("/webapi/v2/apps", "get"))
    page_size = next(each for each in operation.parameters if each.wire == "pageSize")
    assert limits(page_size.constraints) == "1 to 100. The service takes 50 where it isn't set."
    schema = {
        "type": "string",
        "minLength": 2,
        "maxLength": 5,
        "pattern": "^a",
        "format": "email",
        "deprecated": True,
        "enum": ["a", "b"],
    }
    assert limits(constraints_of({}, {"anyOf": [schema, {"type": "null"}]})) == (
        "Deprecated. One of: a, b. 2 to 5 characters. In the form email. Of the pattern ^a."
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cognitive_config", "cognitive_config"),
        ("1.0.0", "1.0.0"),
        ("1. a", r"1\. a"),
        ("# a\n<b>", r"\# a \<b\>"),
        ("`x` *y* _z_", r"\`x\` \*y\* \_z\_"),
    ],
)
def test_text_in_the_reference_means_nothing_but_itself(text: str, shown: str) -> None:
    assert docstrings.in_markdown(text) == shown
