"""A document twenty times as large as the present one, to see how the generator grows."""

from __future__ import annotations

from typing import Any

from generator import pipeline
from generator.document.files import load

__all__ = ["OPERATIONS", "large_document"]

OPERATIONS = 300


def large_document() -> dict[str, Any]:
    """The present spec and, for each four operations more, two models that refer to each other and to those before."""
    data = load(pipeline.SPEC).data
    schemas = data["components"]["schemas"]
    count = sum(len(item) for item in data["paths"].values())
    number = 0
    while count < OPERATIONS:
        number += 1
        name = f"Thing{number}"
        schemas[name] = {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                **{f"field{index}": {"anyOf": [{"type": "string"}, {"type": "null"}]} for index in range(12)},
                "kind": {"type": "string", "enum": [f"a{number}", "b"]},
                "parts": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}Part"}},
                "before": {"$ref": f"#/components/schemas/Thing{max(1, number - 1)}"},
            },
        }
        schemas[f"{name}Part"] = {"type": "object", "properties": {"whole": {"$ref": f"#/components/schemas/{name}"}}}
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        answer = {"responses": {"200": {"description": "Done", "content": content}}}
        path = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        queries = [{"name": f"by{index}", "in": "query", "schema": {"type": "string"}} for index in range(6)]
        data["paths"][f"/webapi/v2/things{number}"] = {
            "get": {"parameters": queries, **answer},
            "post": {"requestBody": {"content": content}, **answer},
        }
        data["paths"][f"/webapi/v2/things{number}/{{id}}"] = {
            "get": {"parameters": [path], **answer},
            "delete": {"parameters": [path], **answer},
        }
        count += 4
    return data
