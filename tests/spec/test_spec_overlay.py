"""spec/sdk.overlay.yaml names the facade of the design, and each of its actions does something."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from generator.document.files import Document
from generator.document.overlay import apply
from generator.document.problems import GenerationFailed
from tests.spec.first_methods import FACADE
from tests.spec.pages import OPERATIONS
from tests.spec.reading import IDENTITY, Operation, arguments, body_fields, facade, operations, resolve


def wire_names(document: dict[str, Any], operation: Operation) -> set[str]:
    names = {parameter["name"] for parameter in operation.parameters} - set(IDENTITY)
    return names | set(body_fields(document, operation))


def test_the_methods_of_the_two_first_pages_are_still_there_and_no_two_have_one_name(merged: dict[str, Any]) -> None:
    names = [name for name, _, _ in facade(merged)]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert set(FACADE) <= set(names)


def test_every_operation_has_a_name_in_the_overlay(merged: dict[str, Any]) -> None:
    """The name that `python -m generator` makes for one that has none can't be changed quietly once users know it."""
    unnamed = [operation.name for operation in operations(merged) if "x-alli-sdk" not in operation.data]
    assert unnamed == [], "give these a block in spec/sdk.overlay.yaml; `python -m generator` prints each to be pasted"


@pytest.mark.parametrize("method", FACADE)
def test_a_method_calls_its_operation_with_the_parameters_of_the_design(method: str, merged: dict[str, Any]) -> None:
    operation, block = next((operation, block) for name, operation, block in facade(merged) if name == method)
    name, parameters, returns = FACADE[method]
    assert operation.name == name
    assert arguments(merged, operation) == parameters
    assert block.get("returns") == returns


def test_operation_ids_are_unique_and_the_tag_is_the_resource(merged: dict[str, Any]) -> None:
    ids = [operation.data["operationId"] for operation in operations(merged)]
    assert len(set(ids)) == len(ids)
    # The vendor's own tags come first where its page has them; the generator goes by the resource.
    assert all(operation.data["tags"][-1] == operation.sdk["resource"] for operation in operations(merged))
    resources = {operation.sdk["resource"] for operation in operations(merged)}
    assert set(merged["x-alli-sdk"]["resources"]) == resources >= {tag["name"] for tag in merged["tags"]}


def test_run_and_stream_differ_only_in_the_mode_they_send(merged: dict[str, Any]) -> None:
    blocks = {name: block for name, _, block in facade(merged)}
    assert blocks["apps.run"]["set"] == {"mode": "sync"}
    assert blocks["apps.stream"]["set"] == {"mode": "stream"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_block_speaks_only_of_what_the_operation_has(name: str, merged: dict[str, Any]) -> None:
    operation = next(operation for operation in operations(merged) if operation.name == name)
    sdk, wire = operation.sdk, wire_names(merged, operation)
    flattened = {inner for names in sdk.get("flatten", {}).values() for inner in names}
    named = [
        *sdk.get("rename", {}),
        *sdk.get("omit", []),
        *sdk.get("types", {}),
        *sdk.get("json_strings", []),
        *sdk.get("flatten", {}),
        *(key for extra in sdk.get("methods", {}).values() for key in extra.get("set", {})),
        *([sdk["pagination"]["param"]] if "pagination" in sdk else []),
    ]
    assert set(named) <= wire
    own = {sdk["body"]["argument"]} if "body" in sdk else set()
    assert set(sdk.get("describe", {})) <= wire | flattened | own
    python = {argument.removesuffix("=None") for argument in arguments(merged, operation)}
    assert {*sdk.get("positional", []), *sdk.get("order", []), *([sdk["files"]] if "files" in sdk else [])} <= python
    for outer, names in sdk.get("flatten", {}).items():
        assert set(names) <= set(resolve(merged, body_fields(merged, operation)[outer])["properties"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_an_argument_means_is_told(name: str, merged: dict[str, Any]) -> None:
    operation = next(operation for operation in operations(merged) if operation.name == name)
    sdk = operation.sdk
    told = set(sdk.get("describe", {}))
    told |= {p["name"] for p in operation.parameters if p.get("description")}
    told |= {name for name, schema in body_fields(merged, operation).items() if schema.get("description")}
    offered = wire_names(merged, operation) - set(sdk.get("omit", [])) - set(sdk.get("flatten", {}))
    assert offered - told == set()


def test_the_services_own_defaults_are_told_since_they_are_not_sent(
    vendor: dict[str, Any], merged: dict[str, Any]
) -> None:
    described = {operation.name: operation.sdk.get("describe", {}) for operation in operations(merged)}
    hidden = {operation.name: operation.sdk.get("omit", []) for operation in operations(merged)}
    found = []
    for operation in operations(vendor):
        schemas = {p["name"]: p["schema"] for p in operation.parameters} | body_fields(vendor, operation)
        for name, schema in schemas.items():
            if "default" in schema and name != "mode" and name not in hidden[operation.name]:  # mode is always sent
                # Where the overlay has no words for an argument, the generator writes the default.
                if words := described[operation.name].get(name):
                    assert re.search(rf"\b{schema['default']}\b", words), name
                found.append(name)
    assert found[:3] == ["pageSize", "isStateful", "temperature"]


def test_a_stream_is_read_as_the_overlay_says_wherever_one_is_given(merged: dict[str, Any]) -> None:
    runs = {"apps.run", "apps.stream", "apps.run_conversation", "apps.stream_conversation"}
    assert runs <= {name for name, _, block in facade(merged) if "stream" in block}
    format = merged["x-alli-sdk"]["results"]["RunResult"]
    record = merged["components"]["schemas"]["RunRecord"]
    assert format["replace"]["type"] in record["properties"]["type"]["x-known-values"]
    for name, operation, block in facade(merged):
        if name in runs and (block.get("returns") == "RunStream" or block.get("collect")):
            stream = block["stream"]
            assert stream["semantics"] == "snapshot", name
            assert "result" not in block
            media = operation.data["responses"]["200"]["content"]["application/stream+json"]
            assert media["schema"] == {"$ref": "#/components/schemas/RunRecord"}


def test_form_fields_sent_as_json_text_have_a_type_for_python(merged: dict[str, Any]) -> None:
    fields = {operation.name: set(operation.sdk.get("json_strings", [])) for operation in operations(merged)}
    assert any(fields.values())
    for operation in operations(merged):
        assert fields[operation.name] <= set(operation.sdk.get("types", {})), operation.name


def test_hidden_and_renamed_fields_exist(merged: dict[str, Any]) -> None:
    annotated = {name: s for name, s in merged["components"]["schemas"].items() if "x-alli-sdk" in s}
    assert "RunAppRequest" in annotated
    for name, schema in annotated.items():
        properties = set(schema.get("properties", {}))
        assert {*schema["x-alli-sdk"].get("hide", []), *schema["x-alli-sdk"].get("names", {})} <= properties, name


def test_every_text_a_person_or_an_app_wrote_is_hidden(merged: dict[str, Any]) -> None:
    """Field names that carry prompts or answers in one schema must not be shown in another."""
    written = {"message", "inputs", "chat", "variables", "responses", "choices", "text", "content", "sendFormInput"}
    shown = [
        f"{name}.{field}"
        for name, schema in merged["components"]["schemas"].items()
        for field in schema.get("properties", {})
        if field in written and field not in schema.get("x-alli-sdk", {}).get("hide", [])
    ]
    # Definitions of inputs, which say what an app asks for and not what anybody answered.
    known = {"AppV1.inputs", "SingleActionAppInput.inputs"}
    assert set(shown) == known, "hide these: {target: $.components.schemas.NAME, update: {x-alli-sdk: {hide: [FIELD]}}}"


def test_no_action_is_without_effect(
    vendor_document: Document, overlay_document: Document, merged: dict[str, Any]
) -> None:
    actions = overlay_document.data["actions"]
    idle = []
    for index in range(len(actions)):
        shorter = overlay_document.copy()
        del shorter.data["actions"][index]
        try:
            same = apply(vendor_document, shorter).data == merged
        except GenerationFailed:  # a later action stands on this one
            same = False
        if same:
            idle.append(actions[index]["target"])
    assert idle == []


def test_a_target_that_matches_nothing_fails(vendor_document: Document, overlay_document: Document) -> None:
    renamed = vendor_document.copy()
    renamed.data["paths"]["/webapi/skills"] = renamed.data["paths"].pop("/webapi/skill")
    with pytest.raises(GenerationFailed, match=r"sdk\.overlay\.yaml:\d+: .*'/webapi/skill'.* matches nothing"):
        apply(renamed, overlay_document)
