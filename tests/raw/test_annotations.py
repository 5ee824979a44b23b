"""The types of models can be asked for, though a module loads the models it holds only when they are needed."""

from __future__ import annotations

import importlib
import inspect
import typing
from typing import Any

import attrs
import pytest

from tests.programs import printed_by

models = importlib.import_module("alli.raw.models")
MODELS = [cls for name in models.__all__ if inspect.isclass(cls := getattr(models, name))]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_types_of_a_model_s_fields_can_be_asked_for(model: Any) -> None:
    hints = typing.get_type_hints(model)
    assert hints.keys() >= {field.name for field in attrs.fields(model)}
    assert typing.get_type_hints(model.__init__).keys() - {"return"} <= hints.keys()
    attrs.resolve_types(model)
    assert not any(isinstance(field.type, str) for field in attrs.fields(model))


def test_a_model_does_not_load_those_it_holds() -> None:
    program = (
        "import sys, alli.raw.models.app\n"
        "held = {name: vars(module) for name, module in sys.modules.items() if name.startswith('alli.raw.models.app_')}\n"
        "print([name for name, there in held.items() if any(hasattr(value, 'from_dict') for value in there.values())])"
    )
    assert printed_by(program) == "[]"
