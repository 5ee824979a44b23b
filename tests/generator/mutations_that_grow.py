"""Cases of test_mutations.py in which operations are added or described again, and nothing breaks."""

from __future__ import annotations

import copy

from tests.generator.mutation_changes import (
    GET,
    LIST,
    answers,
    app,
    body,
    check,
    equals,
    form,
    new_list,
    new_pages,
    new_post,
    new_stream,
    one_id_in_path_and_body,
    query,
    ref,
)
from tests.generator.mutations import Case

__all__ = ["GROWTH"]

GROWTH = [
    Case(
        "an operation nobody annotated",
        new_list,
        [
            ("client.teams.list()", "new", False),
            ("client.teams.list()", "name made of its path", False),
            ("Team", "new", False),
        ],
        ("teams.list", "() -> list[Team]"),
        lambda client: client.teams.list(),
        b'[{"id": "1", "fullName": "One"}]',
        sent=lambda r: equals("/webapi/v2/teams")(r.path),
        gives=lambda given: equals("One")(given[0].full_name),
        warns="GET /webapi/v2/teams has no x-alli-sdk and no operationId in the overlay, so it is called client.teams.list(); ",
    ),
    Case(
        "pages, by one annotation",
        new_pages,
        [("client.squads.list()", "new", False), ("Team", "new", False)],
        ("squads.list", "(*, start_after: str | None = None) -> Page[Team]"),
        lambda client: client.squads.list(start_after="x"),
        b'{"squads": [{"id": "1"}], "after": "y"}',
        sent=lambda r: equals({"startAfter": ["x"]})(query(r)),
        gives=check(cursor="y"),
    ),
    Case(
        "a stream, by one annotation",
        new_stream,
        [("client.questions.ask()", "new", False)],
        ("questions.ask", "() -> RunStream"),
        lambda client: client.questions.ask(),
        b'{"answer": "a"}\n{"answer": "b"}\n',
        {"Content-Type": "application/stream+json"},
        gives=check(text="ab"),
    ),
    Case(
        "an operation with a JSON body",
        new_post("members", {"application/json": {"schema": ref("Team")}}, **answers(ref("Team"))),
        [
            ("client.members.create()", "new", False),
            ("client.members.create()", "name made of", False),
            ("Team", "new", False),
        ],
        ("members.create", "(*, id: str, full_name: str | None = None) -> Team"),
        lambda client: client.members.create(id="1", full_name="One"),
        b'{"id": "1"}',
        sent=lambda r: equals({"id": "1", "fullName": "One"})(body(r)),
        gives=check(id="1"),
        warns="has no x-alli-sdk",
    ),
    Case(
        "a body that is a list",
        new_post("words", {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}),
        [("client.words.create()", "new", False), ("client.words.create()", "name made of", False)],
        ("words.create", "(*, body: Sequence[str]) -> None"),
        lambda client: client.words.create(body=["a", "b"]),
        sent=lambda r: equals(["a", "b"])(body(r)),
        gives=equals(None),
        warns="client.words.create()",
    ),
    Case(
        "a body that is a list of objects",
        new_post("batches", {"application/json": {"schema": {"type": "array", "items": ref("Team")}}}),
        [
            ("client.batches.create()", "new", False),
            ("client.batches.create()", "name made of", False),
            ("Team", "new", False),
        ],
        ("batches.create", "(*, body: Sequence[Team | Mapping[str, Any]]) -> None"),
        lambda client: client.batches.create(body=[{"id": "1"}, {"id": "2", "more": 3}]),
        sent=lambda r: equals([{"id": "1"}, {"id": "2", "more": 3}])(body(r)),
        warns="client.batches.create()",
    ),
    Case(
        "a body that is a file",
        new_post("scans", {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        [("client.scans.create()", "new", False), ("client.scans.create()", "name made of", False)],
        ("scans.create", "(*, body: bytes | FileInput) -> None"),
        lambda client: client.scans.create(body=("a.bin", b"\0\xff")),
        sent=lambda r: equals((b"\0\xff", "application/octet-stream"))((r.body, r.headers["content-type"])),
        warns="client.scans.create()",
    ),
    Case(
        "a form",
        new_post("sheets", {"application/x-www-form-urlencoded": {"schema": ref("Team")}}),
        [("client.sheets.create()", "new", False), ("client.sheets.create()", "name made of", False)],
        ("sheets.create", "(*, id: str, full_name: str | None = None) -> None"),
        lambda client: client.sheets.create(id="1", full_name="O&e"),
        sent=lambda r: equals(b"fullName=O%26e&id=1")(b"&".join(sorted(r.body.split(b"&")))),
        warns="client.sheets.create()",
    ),
    Case(
        "a form with files, numbers, dates and objects",
        new_post(
            "bundles",
            {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "labels": {
                                "type": "array",
                                "items": {"type": "object", "properties": {"a": {"type": "string"}}},
                            },
                            "owner": ref("Team"),
                            "count": {"type": "integer"},
                            "scan": {"type": "string", "format": "binary"},
                        },
                    }
                }
            },
        ),
        [
            ("client.bundles.create()", "new", False),
            ("client.bundles.create()", "name made of", False),
            ("Team", "new", False),
            ("CreateBundlesBodyLabelsItem", "new", False),
        ],
        ("bundles.create", "scan: FileInput | None = None"),
        lambda client: client.bundles.create(labels=[{"a": "b"}], owner={"id": "1"}, count=3, scan=("s", b"S")),
        sent=lambda r: equals({"labels": '{"a": "b"}', "owner": '{"id": "1"}', "count": "3", "scan": "S"})(form(r)),
        warns="client.bundles.create()",
    ),
    Case(
        "a model of a name that the package has",
        lambda inputs: [
            inputs.spec["components"]["schemas"].update(
                {
                    name: {"type": "object", "properties": {"a": {"type": "string"}}}
                    for name in ("Page", "Message", "Any")
                }
            ),
            inputs.add("GET /webapi/v2/pages", answers({"type": "array", "items": ref("Page")})),
        ],
        [
            ("client.pages.list()", "new", False),
            ("client.pages.list()", "name made of", False),
            ("PageModel", "new", False),
        ],
        ("pages.list", "() -> list[PageModel]"),
        lambda client: client.pages.list(),
        b'[{"a": "b"}]',
        gives=lambda given: equals("b")(given[0].a),
        warns="client.pages.list()",
    ),
    Case(
        "errors that the vendor describes at each operation",
        lambda inputs: [
            operation["responses"].update(
                {"400": {"description": "No", "content": {"application/json": {"schema": {"type": "object"}}}}}
            )
            for item in inputs.spec["paths"].values()
            for operation in item.values()
        ],
        call=lambda client: client.apps.update("a", description="d"),
        answer=app(),
        gives=check(name="n"),
    ),
    Case(
        "an operation that is deprecated",
        lambda inputs: inputs.operation(GET).update(deprecated=True),
        [("client.apps.get()", "is deprecated now", False)],
        ("apps.get", "(app_id: str) -> App"),
        tells=("client.apps.get", "Deprecated: the service may remove it."),
    ),
    Case(
        "an answer without content",
        lambda inputs: inputs.add(
            "DELETE /webapi/v2/apps/{app_id}",
            {"parameters": [{"$ref": "#/components/parameters/AppId"}], "responses": {"204": {"description": "Gone"}}},
        ),
        [("client.apps.delete()", "new", False), ("client.apps.delete()", "name made of", False)],
        ("apps.delete", "(app_id: str) -> None"),
        lambda client: client.apps.delete("a/b"),
        b"",
        sent=lambda r: equals(("DELETE", "/webapi/v2/apps/a%2Fb"))((r.method, r.path)),
        gives=equals(None),
        warns="client.apps.delete()",
    ),
    Case(
        "an answer that is text",
        lambda inputs: inputs.add("GET /webapi/v2/export", answers({"type": "string"}, "text/plain")),
        [("client.export.list()", "new", False), ("client.export.list()", "name made of", False)],
        ("export.list", "() -> str"),
        lambda client: client.export.list(),
        "a;b\nä".encode(),
        gives=equals("a;b\nä"),
        warns="client.export.list()",
    ),
    Case(
        "a version of a path",
        lambda inputs: inputs.add("GET /webapi/v3/apps", copy.deepcopy(inputs.operation(LIST))),
        [
            ("client.apps.list_v3()", "new", False),
            ("client.apps.list_v3()", "name made of", False),
            ("AppsResponse", "new", False),
        ],
        ("apps.list_v3", "search_term: str | None = None"),
        lambda client: client.apps.list_v3(page_size=5),
        b'{"apps": [], "cursor": null}',
        sent=lambda r: equals("/webapi/v3/apps?pageSize=5")(r.target),
        gives=check(apps=[], cursor=None),
        warns="GET /webapi/v3/apps ",
    ),
    Case(
        "a tag",
        lambda inputs: inputs.add("GET /webapi/v2/bills", {"tags": ["Billing & More"], **answers({"type": "object"})}),
        [("client.bills.list()", "new", False), ("client.bills.list()", "name made of", False)],
        ("bills.list", "() -> dict[str, Any]"),
        lambda client: client.bills.list(),
        b'{"a": 1}',
        gives=equals({"a": 1}),
        warns="client.bills.list()",
    ),
    Case(
        "one name in path and body",
        one_id_in_path_and_body,
        [("client.seats.replace()", "new", False), ("client.seats.replace()", "name made of", False)],
        ("seats.replace", "(id: str, *, body_id: str, full_name: str | None = None) -> None"),
        lambda client: client.seats.replace("p", body_id="b"),
        sent=lambda r: equals(("/webapi/v2/seats/p", {"id": "b"}))((r.path, body(r))),
        warns="client.seats.replace()",
    ),
]
