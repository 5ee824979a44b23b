"""Cases of test_mutations.py: schemas that are valid and that openapi-python-client takes for broken."""

from __future__ import annotations

from typing import Any

from tests.generator.mutation_changes import NUMBER, TEXT, derived, equals, new_get, parameter, query, ref, schemas
from tests.generator.mutations import Case, Inputs

__all__ = ["SCHEMAS"]


def holding(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def listing(name: str, answer: Any, *parameters: Any, **named: Any) -> Any:
    def change(inputs: Inputs) -> None:
        schemas(**named)(inputs)
        new_get(f"/webapi/v2/{name}", answer, *parameters)(inputs)

    return change


ENUMS = {
    "whole": {"enum": [1, 2]},
    "broken": {"type": "number", "enum": [1.5, 2]},
    "on": {"enum": [True]},
    "mixed": {"enum": ["a", 1, None]},
}
LEVELS = ("ListLevelsResponse200", "ListLevelsResponse200Letter", "ListLevelsResponse200Whole", "ListLevelsWhole")
VALUE = {"type": ["string", "null", "array", "object"], "items": ref("Some"), "additionalProperties": ref("Some")}

SCHEMAS = [
    Case(
        "lists of values of every scalar, and mixed",
        listing(
            "levels",
            holding(**ENUMS, letter={"enum": ["a"]}, unit={"const": 1.5}, whole_={"const": {"a": 1}}),
            *(parameter(name, "query", schema) for name, schema in ENUMS.items()),
        ),
        derived("levels.list", *((name, "new", False) for name in LEVELS)),
        (
            "levels.list",
            "(*, whole: Literal[1, 2] | None = None, broken: float | None = None, on: bool | None = None, mixed: int | str | None = None)",
        ),
        lambda client: client.levels.list(whole=2, broken=1.5, on=True, mixed="a"),
        b'{"whole": 2, "broken": 2, "on": true, "mixed": 1, "letter": "b", "unit": 2.5, "whole_": {"a": 2}}',
        sent=lambda r: equals({"whole": ["2"], "broken": ["1.5"], "on": ["true"], "mixed": ["a"]})(query(r)),
        gives=lambda given: equals((2, 2, True, 1, "b", 2.5))(
            (given.whole, given.broken, given.on, given.mixed, given.letter, given.unit)
        ),
        warns="client.levels.list()",
    ),
    Case(
        "lists that do not say what is in them",
        listing("bags", ref("Bag"), parameter("tags", "query", {"type": "array"}), Bag={"type": "array"}),
        derived("bags.list"),
        ("bags.list", "(*, tags: Sequence[Any] | None = None) -> list[Any]"),
        lambda client: client.bags.list(tags=["a", 1]),
        b'["a", [1]]',
        sent=lambda r: equals({"tags": ["a", "1"]})(query(r)),
        gives=equals(["a", [1]]),
        warns="client.bags.list()",
    ),
    Case(
        "definitions inside a schema",
        listing(
            "rooms",
            ref("Room"),
            Room={
                **holding(door={"$ref": "#/components/schemas/Room/$defs/Door"}),
                "$defs": {
                    "Door": holding(lock={"$ref": "#/components/schemas/Room/$defs/Lock"}),
                    "Lock": holding(code=NUMBER),
                },
            },
        ),
        derived("rooms.list", *((name, "new", False) for name in ("Room", "Door", "Lock"))),
        ("rooms.list", "() -> Room"),
        lambda client: client.rooms.list(),
        b'{"door": {"lock": {"code": 7}}}',
        gives=lambda given: equals(7)(given.door.lock.code),
        warns="client.rooms.list()",
    ),
    Case(
        "any JSON value by a list of types, and a tuple of itself",
        listing(
            "knots",
            holding(some=ref("Some"), knot=ref("Knot")),
            Some=VALUE,
            Knot={"type": "array", "prefixItems": [TEXT, ref("Knot")]},
        ),
        derived("knots.list", ("ListKnotsResponse200", "new", False), ("SomeType3", "new", False)),
        ("knots.list", "() -> ListKnotsResponse200"),
        lambda client: client.knots.list(),
        b'{"some": {"a": [null, "b"]}, "knot": ["a", ["b"]]}',
        gives=lambda given: equals(({"a": [None, "b"]}, ["a", ["b"]]))((given.to_dict()["some"], given.knot)),
        warns=("client.knots.list()", "schema Knot holds itself", "schema Some holds itself"),
    ),
    Case(
        "a text that several schemas describe",
        listing(
            "names",
            holding(name={"allOf": [ref("Short"), {"minLength": 1}]}),
            parameter("near", "query", {"allOf": [ref("Short")]}),
            Short={"type": "string", "maxLength": 9},
        ),
        derived("names.list", ("ListNamesResponse200", "new", False)),
        ("names.list", "(*, near: str | None = None) -> ListNamesResponse200"),
        lambda client: client.names.list(near="n"),
        b'{"name": "x"}',
        sent=lambda r: equals({"near": ["n"]})(query(r)),
        gives=lambda given: equals("x")(given.name),
        warns="client.names.list()",
    ),
    Case(
        "an answer that is one of several scalars",
        listing("scores", {"oneOf": [NUMBER, TEXT, {"type": "null"}]}),
        derived("scores.list"),
        ("scores.list", "() -> int | str | None"),
        lambda client: client.scores.list(),
        b'"high"',
        gives=equals("high"),
        warns="client.scores.list()",
    ),
]
