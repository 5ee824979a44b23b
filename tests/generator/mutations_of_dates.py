"""Cases of test_mutations.py in which arguments are dates, moments and UUIDs: typed as such, and text on the wire."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from tests.generator.mutation_changes import (
    LIST,
    SKILL,
    add_parameter,
    add_property,
    app,
    body,
    equals,
    form,
    new_post,
    query,
)
from tests.generator.mutations import Case, Inputs

__all__ = ["DATES"]

DAY = datetime.date(2026, 2, 3)
NOON = datetime.datetime(2026, 2, 3, 12, tzinfo=datetime.UTC)
LATER = datetime.datetime(2026, 2, 3, 12, 30, 0, 5000, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))
ID = UUID("12345678-1234-5678-1234-567812345678")
DATE = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
UNIQUE = {"type": "string", "format": "uuid"}
NULL = {"type": "null"}


def list_of(schema: Any) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def or_null(schema: Any) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def in_the_query(inputs: Inputs) -> None:
    for name, schema in {
        "since": MOMENT,
        "day": or_null(DATE),
        "owner": UNIQUE,
        "days": list_of(DATE),
        "moments": {"anyOf": [list_of(MOMENT), NULL]},
        "owners": list_of(UNIQUE),
        "until": {"oneOf": [DATE, MOMENT]},
    }.items():
        add_parameter(LIST, name=name, schema=schema, **{"in": "query"})(inputs)


def in_the_path(inputs: Inputs) -> None:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in {"day": DATE, "moment": MOMENT, "owner": UNIQUE}.items()
    ]
    inputs.add("DELETE /webapi/v2/reports/{day}/{moment}/{owner}", {"parameters": parameters})


def in_headers(inputs: Inputs) -> None:
    add_parameter(SKILL, name="If-Changed", schema=MOMENT, **{"in": "header"})(inputs)
    add_parameter(SKILL, name="X-Days", schema=list_of(DATE), **{"in": "header"})(inputs)
    add_parameter(SKILL, name="session", schema=UNIQUE, **{"in": "cookie"})(inputs)


def in_the_body(inputs: Inputs) -> None:
    for name, schema, required in (
        ("madeAt", MOMENT, True),
        ("endsAt", or_null(MOMENT), True),
        ("day", {"anyOf": [DATE, NULL]}, False),
        ("owner", UNIQUE, False),
        ("days", list_of(DATE), False),
        ("owners", list_of(or_null(UNIQUE)), False),
    ):
        add_property("CreateAppRequest", name, schema, required=required)(inputs)


PARTS = {
    "type": "object",
    "required": ["day"],
    "properties": {"day": DATE, "since": MOMENT, "owner": or_null(UNIQUE), "days": list_of(DATE)},
}
DATED = ("madeAt", "endsAt", "day", "owner", "days", "owners")
ALL_THERE: dict[str, Any] = {
    "type": "t", "name": "n", "description": "d", "category": "c", "published": True, "enabled": True, "made_at": NOON, "ends_at": None
}  # fmt: skip


DATES = [
    Case(
        "dates in the query",
        in_the_query,
        [
            (f"client.apps.list({name})", "new", False)
            for name in ("since", "day", "owner", "days", "moments", "owners", "until")
        ],
        (
            "apps.list",
            (
                "since: datetime.datetime | None = None, day: datetime.date | None = None, owner: UUID | None = None, "
                "days: Sequence[datetime.date] | None = None, moments: Sequence[datetime.datetime] | None = None, "
                "owners: Sequence[UUID] | None = None, until: datetime.date | datetime.datetime | None = None)"
            ),
        ),
        lambda client: client.apps.list(
            since=NOON, day=DAY, owner=ID, days=[DAY, DAY], moments=(NOON, LATER), owners=[ID], until=LATER
        ),
        b'{"apps": []}',
        sent=lambda r: equals(
            {
                "since": ["2026-02-03T12:00:00Z"],
                "day": ["2026-02-03"],
                "owner": [str(ID)],
                "days": ["2026-02-03", "2026-02-03"],
                "moments": ["2026-02-03T12:00:00Z", "2026-02-03T12:30:00.005000+09:00"],
                "owners": [str(ID)],
                "until": ["2026-02-03T12:30:00.005000+09:00"],
            }
        )(query(r)),
        tells=("client.apps.list", "With a time zone."),
        refuses={
            "apps.list: since: must be a datetime with a time zone": lambda c: c.apps.list(
                since=NOON.replace(tzinfo=None)
            ),
            "apps.list: since: must be datetime, not str": lambda c: c.apps.list(since="2026-02-03T12:00:00Z"),
            "apps.list: since: must be datetime, not date": lambda c: c.apps.list(since=DAY),
            "apps.list: day: must be date, not datetime": lambda c: c.apps.list(day=NOON),
            "apps.list: owner: must be UUID, not str": lambda c: c.apps.list(owner=str(ID)),
            "apps.list: days[1]: must be date, not datetime": lambda c: c.apps.list(days=[DAY, NOON]),
            "apps.list: moments[0]: must be a datetime with": lambda c: c.apps.list(
                moments=[NOON.replace(tzinfo=None)]
            ),
            "apps.list: owners: must be a list, not UUID": lambda c: c.apps.list(owners=ID),
            "apps.list: until: must be date or datetime, not int": lambda c: c.apps.list(until=1),
        },
    ),
    Case(
        "dates in the path",
        in_the_path,
        [("client.reports.delete()", "new", False), ("client.reports.delete()", "name made of", False)],
        ("reports.delete", "(day: datetime.date, moment: datetime.datetime, owner: UUID) -> None"),
        lambda client: client.reports.delete(DAY, LATER, ID),
        sent=lambda r: equals(f"/webapi/v2/reports/2026-02-03/2026-02-03T12%3A30%3A00.005000%2B09%3A00/{ID}")(r.path),
        warns="client.reports.delete()",
        refuses={
            "reports.delete: day: must be date, not datetime": lambda c: c.reports.delete(NOON, NOON, ID),
            "reports.delete: owner: must be UUID, not str": lambda c: c.reports.delete(DAY, NOON, str(ID)),
            "reports.delete: moment: must be datetime, not NoneType": lambda c: c.reports.delete(DAY, None, ID),
        },
    ),
    Case(
        "dates in headers and cookies",
        in_headers,
        [(f"client.skills.run({name})", "new", False) for name in ("if_changed", "x_days", "session")],
        (
            "skills.run",
            "if_changed: datetime.datetime | None = None, x_days: Sequence[datetime.date] | None = None, session: UUID | None = None)",
        ),
        lambda client: client.skills.run("s", "t", if_changed=NOON, x_days=[DAY, DAY], session=ID),
        sent=lambda r: equals(("2026-02-03T12:00:00Z", "2026-02-03,2026-02-03", f"session={ID}"))(
            (r.headers["if-changed"], r.headers["x-days"], r.headers["cookie"])
        ),
    ),
    Case(
        "dates in a body",
        in_the_body,
        [
            *((f"client.apps.create({name})", "new, and must be given", True) for name in ("made_at", "ends_at")),
            *((f"client.apps.create({name})", "new", False) for name in ("day", "owner", "days", "owners")),
        ],
        (
            "apps.create",
            "ends_at: datetime.datetime | None, made_at: datetime.datetime, ",
        ),
        lambda client: client.apps.create(**ALL_THERE, day=DAY, owner=ID, days=[DAY], owners=[ID, None]),
        b'{"result": {"id": "x"}}',
        sent=lambda r: equals(
            {
                "madeAt": "2026-02-03T12:00:00+00:00",
                "endsAt": None,
                "day": "2026-02-03",
                "owner": str(ID),
                "days": ["2026-02-03"],
                "owners": [str(ID), None],
            }
        )({name: value for name, value in body(r).items() if name in DATED}),
        refuses={
            "apps.create: made_at: must be datetime, not NoneType": lambda c: c.apps.create(
                **{**ALL_THERE, "made_at": None}
            ),
            "apps.create: ends_at: must be a datetime with": lambda c: c.apps.create(
                **{**ALL_THERE, "ends_at": NOON.replace(tzinfo=None)}
            ),
            "apps.create: owners[0]: must be UUID or NoneType, not str": lambda c: c.apps.create(
                **ALL_THERE, owners=["x"]
            ),
        },
    ),
    Case(
        "dates of an update, where null says something",
        lambda i: [
            add_property("UpdateAppRequest", "endsAt", or_null(MOMENT))(i),
            add_property("UpdateAppRequest", "days", {"anyOf": [list_of(DATE), NULL]})(i),
        ],
        [("client.apps.update(ends_at)", "new", False), ("client.apps.update(days)", "new", False)],
        (
            "apps.update",
            "days: Sequence[datetime.date] | None | Unset = UNSET, ends_at: datetime.datetime | None | Unset = UNSET)",
        ),
        lambda client: client.apps.update("a", ends_at=None, days=[DAY]),
        app(),
        sent=lambda r: equals({"endsAt": None, "days": ["2026-02-03"]})(body(r)),
    ),
    Case(
        "dates of a form",
        new_post("shifts", {"application/x-www-form-urlencoded": {"schema": PARTS}}),
        [("client.shifts.create()", "new", False), ("client.shifts.create()", "name made of", False)],
        (
            "shifts.create",
            "(*, day: datetime.date, days: Sequence[datetime.date] | None = None, owner: UUID | None = None, since: datetime.datetime | None = None)",
        ),
        lambda client: client.shifts.create(day=DAY, since=LATER, owner=ID, days=[DAY, DAY]),
        sent=lambda r: equals(
            {
                "day": ["2026-02-03"],
                "since": ["2026-02-03T12:30:00.005000+09:00"],
                "owner": [str(ID)],
                "days": ["2026-02-03", "2026-02-03"],
            }
        )(parse_qs(r.body.decode())),
        warns="client.shifts.create()",
    ),
    Case(
        "dates of a form with parts",
        new_post("trips", {"multipart/form-data": {"schema": PARTS}}),
        [("client.trips.create()", "new", False), ("client.trips.create()", "name made of", False)],
        (
            "trips.create",
            "(*, day: datetime.date, days: Sequence[datetime.date] | None = None, owner: UUID | None = None, since: datetime.datetime | None = None)",
        ),
        lambda client: client.trips.create(day=DAY, since=LATER, owner=ID, days=[DAY]),
        sent=lambda r: equals(
            {"day": "2026-02-03", "since": "2026-02-03T12:30:00.005000+09:00", "owner": str(ID), "days": "2026-02-03"}
        )(form(r)),
        warns="client.trips.create()",
        refuses={
            "trips.create: day: must be date, not datetime": lambda c: c.trips.create(day=NOON),
        },
    ),
    Case(
        "a body that is a date",
        new_post("holidays", {"application/json": {"schema": DATE}}),
        [("client.holidays.create()", "new", False), ("client.holidays.create()", "name made of", False)],
        ("holidays.create", "(*, body: datetime.date) -> None"),
        lambda client: client.holidays.create(body=DAY),
        sent=lambda r: equals("2026-02-03")(body(r)),
        warns="client.holidays.create()",
        refuses={"holidays.create: body: must be date, not datetime": lambda c: c.holidays.create(body=NOON)},
    ),
    Case(
        "a body that is a list of moments",
        new_post("alarms", {"application/json": {"schema": list_of(MOMENT)}}),
        [("client.alarms.create()", "new", False), ("client.alarms.create()", "name made of", False)],
        ("alarms.create", "(*, body: Sequence[datetime.datetime]) -> None"),
        lambda client: client.alarms.create(body=[NOON]),
        sent=lambda r: equals(["2026-02-03T12:00:00Z"])(body(r)),
        warns="client.alarms.create()",
        refuses={"alarms.create: body[0]: must be datetime, not date": lambda c: c.alarms.create(body=[DAY])},
    ),
    Case(
        "the date of a turn, by names that the module needs",
        add_property("RunConversationRequest", "datetime", MOMENT),
        [
            (f"{method}(datetime_)", "new", False)
            for method in (
                "client.apps.run_conversation",
                "client.apps.stream_conversation",
                "Conversation.send",
                "Conversation.stream",
            )
        ],
        ("apps.conversation().send", "datetime_: datetime.datetime | None = None) -> RunResult"),
        lambda client: client.apps.conversation("a").send("hi", datetime_=NOON),
        b'{"result": {}}',
        sent=lambda r: equals({"message": "hi", "datetime": "2026-02-03T12:00:00Z"})(form(r)),
    ),
    Case(
        "a text that became a UUID",
        lambda inputs: inputs.schema("CreateAppRequest")["properties"]["name"].update(UNIQUE),
        [("client.apps.create(name)", "another type: `UUID`, was `str`", True)],
        ("apps.create", "name: UUID,"),
    ),
]
