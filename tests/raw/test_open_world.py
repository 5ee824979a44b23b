"""A server may say more, less or other than documented: reading never fails and loses nothing."""

import datetime as dt
import importlib
import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.document import files, overlay
from generator.raw import package as raw_package
from generator.raw.door import parse

SCHEMAS: dict[str, Any] = {
    "Kind": {"type": "string", "enum": ["cat", "dog"]},
    "Level": {"type": "integer", "enum": [1, 2]},
    "Owner": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "pet": {"$ref": "#/components/schemas/Pet"}},
    },
    "Shelter": {"type": "object", "required": ["place"], "properties": {"place": {"type": "string"}}},
    "Pet": {
        "type": "object",
        "required": ["id", "kind", "owner", "owners"],
        "properties": {
            "id": {"type": "string"},
            "kind": {"$ref": "#/components/schemas/Kind"},
            "level": {"$ref": "#/components/schemas/Level"},
            "age": {"type": "integer", "default": 3},
            "owner": {"$ref": "#/components/schemas/Owner"},
            "owners": {"type": "array", "items": {"$ref": "#/components/schemas/Owner"}},
            "grid": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/Owner"}}},
            "born": {"type": "string", "format": "date-time"},
            "day": {"type": "string", "format": "date"},
            "chip": {"type": "string", "format": "uuid"},
            "maybe": {"anyOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
            "home": {
                "anyOf": [
                    {"$ref": "#/components/schemas/Owner"},
                    {"$ref": "#/components/schemas/Shelter"},
                    {"type": "array", "items": {"$ref": "#/components/schemas/Shelter"}},
                    {"type": "string"},
                ]
            },
            "fixed": {"const": "yes"},
            "closed": {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "string"}}},
            "ages": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Owner"}},
        },
    },
}

GOOD: dict[str, Any] = {"id": "1", "kind": "cat", "owner": {"id": "o"}, "owners": [{"id": "p"}]}

ODD: list[Any] = [None, True, 3, 2.5, "", "text", [], [None], {}, {"odd": {"deep": [None]}}, [{"id": 1}], [[3]]]


@pytest.fixture(scope="module")
def package(generate: Any) -> Any:
    return generate(schemas=SCHEMAS)


@pytest.fixture(scope="module")
def pet(package: Any) -> Any:
    return package("models").Pet


def test_what_is_documented_is_read_as_documented(package: Any, pet: Any) -> None:
    models = package("models")
    model = pet.from_dict(GOOD | {"maybe": {"id": "m"}, "grid": [[{"id": "g"}]], "ages": {"x": {"id": "y"}}})
    assert isinstance(model.owner, models.Owner)
    assert isinstance(model.owners[0], models.Owner)
    assert isinstance(model.maybe, models.Owner)
    assert isinstance(model.grid[0][0], models.Owner)
    assert isinstance(model.ages.additional_properties["x"], models.Owner)


@pytest.mark.parametrize("field", SCHEMAS["Pet"]["properties"])
@pytest.mark.parametrize("value", ODD, ids=json.dumps)
def test_an_odd_value_in_any_field_is_kept_as_it_came(pet: Any, field: str, value: Any) -> None:
    source = GOOD | {field: value}
    assert pet.from_dict(source).to_dict() == source


def test_an_unknown_enum_value_can_be_read(pet: Any) -> None:
    assert pet.from_dict(GOOD | {"kind": "axolotl"}).kind == "axolotl"
    assert pet.from_dict(GOOD | {"level": 9}).level == 9


def test_the_known_enum_values_are_listed(package: Any) -> None:
    assert set(package("models.kind").KIND_VALUES) == {"cat", "dog"}


@pytest.mark.parametrize("field", GOOD)
def test_a_missing_required_field_reads_as_none(pet: Any, field: str) -> None:
    source = {name: value for name, value in GOOD.items() if name != field}
    model = pet.from_dict(source)
    assert getattr(model, field) is None
    assert field not in model.given
    assert model.to_dict() == source


def test_absent_and_null_both_read_as_none_and_stay_apart(pet: Any) -> None:
    assert pet.from_dict(GOOD).maybe is pet.from_dict(GOOD | {"maybe": None}).maybe is None
    assert "maybe" not in pet.from_dict(GOOD).to_dict()
    assert ("maybe" in pet.from_dict(GOOD).given, "maybe" in pet.from_dict(GOOD | {"maybe": None}).given) == (
        False,
        True,
    )
    assert pet.from_dict(GOOD) != pet.from_dict(GOOD | {"maybe": None})
    assert pet.from_dict(GOOD | {"maybe": None}).to_dict()["maybe"] is None


def test_unknown_fields_are_kept_at_every_level(pet: Any) -> None:
    source = GOOD | {"new": {"a": [1]}, "owner": {"id": "o", "new": 1}, "owners": [{"id": "p", "new": None}]}
    model = pet.from_dict(source | {"closed": {"a": "x", "new": 1}})
    assert model["new"] == {"a": [1]}
    assert model.owner["new"] == 1
    assert "new" in model.owners[0]
    assert model.closed.additional_keys == ["new"]
    assert model.to_dict() == source | {"closed": {"a": "x", "new": 1}}


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("born", "2024-05-06T07:08:09Z", dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)),
        ("born", "2024-05-06T07:08:09+00:00", dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)),
        (
            "born",
            "2024-05-06T07:08:09+09:00",
            dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.timezone(dt.timedelta(hours=9))),
        ),
        ("day", "2024-05-06", dt.date(2024, 5, 6)),
        ("chip", "12345678-1234-5678-1234-567812345678", uuid.UUID("12345678123456781234567812345678")),
    ],
)
def test_a_date_or_uuid_is_read_and_written_back_letter_for_letter(
    pet: Any, field: str, text: str, value: object
) -> None:
    model = pet.from_dict(GOOD | {field: text})
    assert getattr(model, field) == value
    assert model.to_dict()[field] == text


@pytest.mark.parametrize("text", ["2024-13-45T00:00:00Z", "yesterday", "20240506T070809Z", "2024-05-06T07:08:09.5Z"])
def test_a_date_that_could_not_be_written_back_the_same_stays_text(pet: Any, text: str) -> None:
    assert pet.from_dict(GOOD | {"born": text}).born == text


def test_of_several_models_the_one_whose_required_fields_are_there_is_read(package: Any, pet: Any) -> None:
    models = package("models")
    assert isinstance(pet.from_dict(GOOD | {"home": {"id": "o"}}).home, models.Owner)
    assert isinstance(pet.from_dict(GOOD | {"home": {"place": "x"}}).home, models.Shelter)
    assert isinstance(pet.from_dict(GOOD | {"home": [{"place": "x"}]}).home[0], models.Shelter)
    assert pet.from_dict(GOOD | {"home": "street"}).home == "street"


@pytest.mark.parametrize("source", [None, [], "text", 3], ids=repr)
def test_from_dict_says_what_it_needs(pet: Any, source: Any) -> None:
    with pytest.raises(TypeError, match=r"Pet\.from_dict needs a mapping, not (NoneType|list|str|int)$"):
        pet.from_dict(source)


class Counting(dict[str, Any]):
    """A dict that would make up what it is asked for."""

    def __missing__(self, key: str) -> Any:
        raise AssertionError(f"asked for {key}")


def test_an_object_of_as_many_fields_as_documented_but_others_is_read_all_the_same(package: Any) -> None:
    """Objects with just their fields are read at once; one field more or less, or another one, must make no difference."""
    owner = package("models").Owner
    known = [field.metadata["wire"] for field in owner.__attrs_attrs__ if "wire" in field.metadata]
    whole = {name: f"value of {name}" for name in known}
    for absent in known:
        source = {name: value for name, value in whole.items() if name != absent}
        for more in ({}, {"unknown": 1}, {"unknown": 1, "other": None}):
            model = owner.from_dict(source | more)
            assert model.additional_properties == more
            assert model.to_dict() == source | more
            assert model == owner.from_dict(Counting(source | more))
    assert owner.from_dict(whole).to_dict() == whole
    assert owner.from_dict(whole).additional_properties is not owner.from_dict(whole).additional_properties


def test_from_dict_leaves_its_argument_alone(pet: Any) -> None:
    source = json.loads(json.dumps(GOOD))
    pet.from_dict(source)
    assert source == GOOD


def test_a_default_of_the_spec_is_not_sent(package: Any, pet: Any) -> None:
    owner = package("models").Owner(id="o")
    model = pet(id="1", kind="cat", owner=owner, owners=[])
    assert model.age is None
    assert model.to_dict() == {"id": "1", "kind": "cat", "owner": {"id": "o"}, "owners": []}


def test_what_is_set_later_is_sent_and_null_only_where_it_was_said(package: Any, pet: Any) -> None:
    owner = package("models").Owner(id="o")
    model = pet(id="1", kind="cat", owner=owner, owners=[], maybe=None)
    assert model.to_dict()["maybe"] is None
    model.age = 3
    assert (model.to_dict()["age"], "age" in model.given, "level" in model.given) == (3, True, False)


# From here on: the API's own document, every model of it, any JSON.


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    root = Path(__file__).parents[2] / "spec"
    merged = overlay.apply(files.load(root / "alli.openapi.yaml"), files.load(root / "sdk.overlay.yaml"))
    folder = tmp_path_factory.mktemp("api")
    raw_package.write(parse(merged), folder / "raw_api")
    sys.path.insert(0, str(folder))
    try:
        api = importlib.import_module("raw_api.models")
        found = [getattr(api, name) for name in api.__all__]
        yield [item for item in found if hasattr(item, "from_dict")]
    finally:
        sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def objects(models: list[Any]) -> st.SearchStrategy[Any]:
    """Any JSON objects, many of whose keys are those of the models."""
    names = {field.metadata["wire"] for model in models for field in model.__attrs_attrs__ if field.metadata}
    keys = st.sampled_from(sorted(names)) | st.text(max_size=5)
    leaves: st.SearchStrategy[Any] = (
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    )

    def values(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5)

    return st.dictionaries(keys, st.recursive(leaves, values, max_leaves=12), max_size=8)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data())
def test_any_json_object_read_as_any_model_of_the_api_comes_back_whole(
    models: list[Any], objects: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    source = data.draw(objects)
    for model in models:
        assert model.from_dict(source).to_dict() == source, model
