"""Inputs of an app as arguments, and arguments as what goes to the service."""

from types import SimpleNamespace
from typing import Any

import pytest
from alli_tools.definition.arguments import arguments_from_inputs, refuse_files, to_wire


@pytest.mark.parametrize(("chosen", "sent"), [("1", 1), ("0.5", 0.5), ("yes", "yes"), ("Plain", "Plain")])
def test_an_option_goes_to_the_service_as_the_value_that_the_app_has_for_it(chosen: str, sent: object) -> None:
    values: list[Any] = [1, 0.5, "yes", None]  # an option without a value is chosen by its name
    options = [SimpleNamespace(name="Plain", value=value) for value in values]
    level = SimpleNamespace(variable="level", label="Level", input_type="single", placeholder=None, options=options)
    (argument,) = arguments_from_inputs([level], documents=False)
    _, inputs = to_wire([argument], {"level": chosen}, refuse_files)
    assert inputs == {"level": sent}
    assert type(inputs["level"]) is type(sent)
