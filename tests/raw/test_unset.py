"""UNSET must stay what it is wherever a model goes."""

import copy
import pickle
from typing import Any

import pytest


@pytest.fixture(scope="module")
def package(generate: Any) -> Any:
    fields = {"name": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}
    return generate(schemas={"Thing": {"type": "object", "properties": fields}})


@pytest.fixture(scope="module")
def unset(package: Any) -> Any:
    return package("types").UNSET


@pytest.mark.parametrize(
    "travel",
    [copy.copy, copy.deepcopy, *(lambda v, p=p: pickle.loads(pickle.dumps(v, p)) for p in range(6))],
    ids=["copy", "deepcopy", *(f"pickle{p}" for p in range(6))],
)
def test_unset_is_one_object_also_after_copy_and_pickle(unset: Any, travel: Any) -> None:
    assert travel(unset) is unset
    assert travel([unset])[0] is unset


def test_there_is_no_second_unset(package: Any, unset: Any) -> None:
    assert package("types").Unset() is unset


def test_unset_is_false_empty_and_short(unset: Any) -> None:
    assert not unset
    assert list(unset) == []
    assert repr(unset) == "UNSET"


@pytest.mark.parametrize("travel", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))], ids=["deepcopy", "pickle"])
def test_a_copied_model_has_no_unset_in_its_json(package: Any, travel: Any) -> None:
    model = package("models").Thing(name="a")
    model["more"] = [1]
    copied = travel(model)
    assert copied == model
    assert copied.to_dict() == {"name": "a", "more": [1]}
