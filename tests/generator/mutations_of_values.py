"""Cases of test_mutations.py in which the document lists values: all that are allowed, or those that are known."""

from __future__ import annotations

from tests.generator.mutation_changes import (
    CONVERSATIONS,
    HASHTAGS,
    LIST,
    add_parameter,
    add_property,
    app,
    body,
    check,
    equals,
    query,
)
from tests.generator.mutations import Case

__all__ = ["VALUES"]

SHADES = ["dark", "light"]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
EMPTY = b'{"apps": []}'


VALUES = [
    Case(
        "a parameter with a closed list",
        add_parameter(LIST, name="shade", **{"in": "query", "schema": {"type": "string", "enum": SHADES}}),
        [("ListAppsShade", "new", False), ("client.apps.list(shade)", "new", False)],
        ("apps.list", "shade: Literal[dark, light] | None = None"),
        lambda client: client.apps.list(shade="dark"),
        EMPTY,
        sent=lambda r: equals({"shade": ["dark"]})(query(r)),
        refuses={
            "apps.list: shade: must be one of 'dark', 'light'; did you mean 'dark'?": lambda c: c.apps.list(
                shade="drak"
            ),
            "apps.list: shade: must be one of 'dark', 'light'; with_options(extra_body": lambda c: c.apps.list(
                shade="7"
            ),
        },
    ),
    Case(
        "a parameter with known values in the vendor's words",
        add_parameter(
            CONVERSATIONS, name="tone", **{"in": "query", "schema": {"type": "string", "x-extensible-enum": SHADES}}
        ),
        [("ListConversationsTone", "new", False), ("client.conversations.list(tone)", "new", False)],
        ("conversations.list", "tone: Literal[dark, light] | str | None = None"),
        lambda client: client.conversations.list(tone="unheard of"),
        b'{"conversations": []}',
        sent=lambda r: equals({"tone": ["unheard of"]})(query(r)),
        tells=("client.conversations.list", "Seen: dark, light."),
    ),
    Case(
        "a parameter that lists values beside any text",
        add_parameter(
            HASHTAGS,
            name="mood",
            **{"in": "query", "schema": {"anyOf": [{"type": "string", "enum": SHADES}, {"type": "string"}]}},
        ),
        [("ListHashtagsMood", "new", False), ("client.hashtags.list(mood)", "new", False)],
        ("hashtags.list", "mood: Literal[dark, light] | str | None = None"),
        lambda client: client.hashtags.list(mood="any"),
        b'{"result": {}}',
        sent=lambda r: equals({"mood": ["any"]})(query(r)),
    ),
    Case(
        "a list in a body with a long closed list",
        add_property("UpdateAppRequest", "days", {"type": "array", "items": {"type": "string", "enum": DAYS}}),
        [("UpdateAppRequestDaysItem", "new", False), ("client.apps.update(days)", "new", False)],
        ("apps.update", "days: Sequence[UpdateAppRequestDaysItem] | Unset = UNSET"),
        lambda client: client.apps.update("a", days=["friday", "monday"]),
        app(),
        sent=lambda r: equals(["friday", "monday"])(body(r)["days"]),
        refuses={"apps.update: days[1]: must be one of": lambda c: c.apps.update("a", days=["friday", "frieday"])},
    ),
    Case(
        "a number of a closed list",
        add_property("CreateAppRequest", "level", {"type": "integer", "enum": [1, 2]}),
        [("CreateAppRequestLevel", "new", False), ("client.apps.create(level)", "new", False)],
        ("apps.create", "level: Literal[1, 2] | None = None"),
        refuses={
            "apps.create: level: must be one of 1, 2": lambda c: c.apps.create(
                type="t", name="n", description="d", category="c", published=True, enabled=True, level=3
            )
        },
    ),
    Case(
        "a field of an answer with a list, which is open whatever the document says",
        add_property("App", "weekday", {"type": "string", "enum": DAYS}),
        [("AppWeekday", "new", False), ("App.weekday", "new", False)],
        call=lambda client: client.apps.get("a"),
        answer=app(weekday="someday"),
        gives=check(weekday="someday"),
    ),
]
