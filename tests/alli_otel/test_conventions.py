"""Every attribute is one of OpenTelemetry's semantic conventions."""

from __future__ import annotations

import importlib
import pkgutil
import re
from importlib.metadata import entry_points
from pathlib import Path

import alli_otel
import opentelemetry.semconv._incubating.attributes as incubating
import opentelemetry.semconv.attributes as stable
import pytest
from alli_otel import AlliInstrumentor
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]

from tests.places import ROOT


def conventions() -> tuple[set[str], set[str]]:
    """Names of attributes, and of templates of names, which take one more part."""
    names, templates = set[str](), set[str]()
    for package in (stable, incubating):
        for module in pkgutil.iter_modules(package.__path__):
            for name, value in vars(importlib.import_module(f"{package.__name__}.{module.name}")).items():
                if isinstance(value, str) and name.isupper():
                    (templates if name.endswith("_TEMPLATE") and not value.endswith(".template") else names).add(value)
    return names, templates


def attributes_in_the_code() -> set[str]:
    texts = [path.read_text("utf-8") for path in Path(alli_otel.__file__).parent.glob("*.py")]
    return {name for text in texts for name in re.findall(r'"([a-z_]+(?:\.[a-z_-]+)+)"', text)} - {
        "opentelemetry.instrumentation"
    }


def test_every_attribute_is_in_the_package_of_the_conventions() -> None:
    names, templates = conventions()
    used = attributes_in_the_code()
    assert len(used) >= 14
    unknown = {name for name in used - names if name.rpartition(".")[0] not in templates}
    assert unknown == set()


def test_the_guide_has_every_attribute_and_no_other() -> None:
    guide = (ROOT / "docs/guides/tracing.md").read_text("utf-8")
    table = [line for line in guide.splitlines() if line.startswith("| `")]
    named = {name for line in table for name in re.findall(r"`([a-z_]+(?:\.[a-z_-]+)+)`", line.split("|")[1])}
    assert named == attributes_in_the_code()


def test_the_values_with_a_list_of_known_ones_are_known() -> None:
    from opentelemetry.semconv._incubating.attributes.gen_ai_attributes import GenAiOperationNameValues

    assert {"chat", "invoke_agent"} <= {value.value for value in GenAiOperationNameValues}


def test_opentelemetry_finds_the_instrumentor_by_its_entry_point() -> None:
    (entry,) = [each for each in entry_points(group="opentelemetry_instrumentor") if each.name == "alli"]
    assert entry.load() is AlliInstrumentor
    assert issubclass(AlliInstrumentor, BaseInstrumentor)
    assert AlliInstrumentor().instrumentation_dependencies() == ("alli-sdk",)


def test_a_missing_extra_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from alli_otel import extra

    monkeypatch.setattr(extra, "find_spec", lambda name: None if name.endswith("instrumentation") else object())
    with pytest.raises(extra.MissingExtraError, match=r"pip install 'alli-sdk\[otel\]'"):
        extra.require_extra()
