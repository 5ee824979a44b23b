"""What a tool takes: its arguments, their JSON Schema, and the check that each call passes before anything is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .arguments import FREE_INPUTS, MESSAGE, REPLIES, Argument, declared_arguments
from .checking import one_of, problems_of, unknown_words
from .json_schema import closed, parameters_of
from .naming import KEY_PATTERN, argument_keys, is_key

__all__ = ["FREE_FORM", "ToolDefinition", "declared_definition", "definition_of", "of_model"]

FREE_FORM = "free form"
"""As the schema of an app: the model names the inputs itself, in a list that every provider takes as it is."""

_FORMS = "a pydantic model, a JSON Schema of an object, or FREE_FORM"


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """What a tool takes.

    Attributes:
        arguments: what the model may give.
        parameters: the JSON Schema of the same.
        model: the pydantic model that the application declared, which then checks; else None.
    """

    arguments: tuple[Argument, ...]
    parameters: dict[str, Any]
    model: Any = None

    def check(self, given: object) -> tuple[dict[str, object], list[str]]:
        """The arguments of a call as JSON, and what is wrong with them. Null for an optional argument is not given."""
        if not isinstance(given, Mapping):
            return {}, list(problems_of({"type": "object"}, given, "the arguments"))
        values: dict[str, object] = _without_nulls(self.parameters, given, self.parameters)
        for argument in self.arguments:
            value = values.get(argument.key)
            if argument.kind in ("pairs", "form") and isinstance(value, Mapping):  # as people write it
                pairs = cast("Mapping[str, object]", value)
                values[argument.key] = [{"name": name, "value": _text(item)} for name, item in pairs.items()]
        if self.model is not None:
            return self._check_by_model(values)
        problems = list(problems_of(self.parameters, values))
        for argument in self.arguments:  # choices too many for the schema
            value, options = values.get(argument.key), [choice.text for choice in argument.choices]
            if options and isinstance(value, str) and value not in options and not problems:
                problems.append(f"{argument.key} {one_of(options, value)}")
        return values, problems or self.missing_reply(values)

    def missing_reply(self, values: Mapping[str, object]) -> list[str]:
        """The problem of a call that says nothing, where each argument alone may be left out; else nothing."""
        if self.arguments[: len(REPLIES)] != REPLIES or any(values.get(one.key) for one in REPLIES):
            return []
        return ["message is missing; give it, or reply to what the app offered by choices or form"]

    def _check_by_model(self, values: dict[str, object]) -> tuple[dict[str, object], list[str]]:
        unknown = [key for key in values if key not in self.model.model_fields]
        if unknown:
            return values, [f"{key} is not an argument" for key in unknown]
        try:
            checked = self.model.model_validate(values)
        except ValueError as error:
            # Only place and words of pydantic's error: its text also has the values.
            details: Callable[[], Sequence[Mapping[str, Any]]] | None = getattr(error, "errors", None)
            if details is None:
                raise
            return values, [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in details()]
        return cast("dict[str, object]", checked.model_dump(mode="json")), []


def definition_of(arguments: Sequence[Argument]) -> ToolDefinition:
    """The definition of a tool that takes these arguments."""
    return ToolDefinition(tuple(arguments), parameters_of(arguments))


def declared_definition(schema: object, *, chats: bool) -> ToolDefinition:
    """The definition for a schema that the application declares: the names of its properties are the app's variables.

    A property `message` is the chat message. `chats`: the app holds conversations, so a JSON Schema gets a `message`.

    Raises:
        ValueError: `schema` is none of what is accepted, or says more than can be checked; says what.
    """
    if schema == FREE_FORM:
        return definition_of((MESSAGE, FREE_INPUTS) if chats else (FREE_INPUTS,))
    if isinstance(schema, Mapping):
        return _of_json_schema(cast("Mapping[str, Any]", schema), chats=chats)
    if isinstance(schema, type) and hasattr(schema, "model_json_schema") and hasattr(schema, "model_validate"):
        return of_model(schema)
    raise ValueError(f"the schema of an app must be {_FORMS}, not {type(schema).__name__}")


def of_model(model: Any, arguments: Sequence[Argument] | None = None) -> ToolDefinition:
    """The definition for a pydantic model; `arguments` where its fields are not the variables themselves.

    Raises:
        ValueError: a field can't be an argument.
    """
    if arguments is None:
        arguments = [
            _field_argument(name, info.description, info.alias, required=info.is_required())
            for name, info in model.model_fields.items()
        ]
    return ToolDefinition(tuple(arguments), closed(model.model_json_schema()), model)


def _of_json_schema(schema: Mapping[str, Any], *, chats: bool) -> ToolDefinition:
    properties = schema.get("properties")
    if schema.get("type") != "object" or not isinstance(properties, Mapping) or not properties:
        raise ValueError(f"the schema of an app must be {_FORMS}; this mapping has no type object with properties")
    unknown = list(unknown_words(schema))
    if unknown:
        raise ValueError(
            f"this JSON Schema can't be checked: {'; '.join(unknown)}; write it without, or declare a pydantic model"
        )
    named = cast("Mapping[str, Mapping[str, Any]]", properties)
    required = schema.get("required", [])
    variables = {name: str(item.get("description") or name) for name, item in named.items() if name != MESSAGE.key}
    needed = {name: name in required for name in variables}
    arguments = {one.variable: one for one in declared_arguments(variables, needed)}
    shown: dict[str, Any] = {}
    if chats or MESSAGE.key in named:
        arguments = {MESSAGE.key: MESSAGE, **arguments}
        shown[MESSAGE.key] = {"type": "string", "description": MESSAGE.description}
    for variable, argument in arguments.items():
        if argument is not MESSAGE:
            shown[argument.key] = {**named[variable], "description": argument.description}
    parameters = closed(
        {
            "type": "object",
            "properties": shown,
            "required": [one.key for one in arguments.values() if one.required],
        }
    )
    return ToolDefinition(tuple(arguments.values()), parameters)


def _field_argument(name: str, description: str | None, alias: str | None, *, required: bool) -> Argument:
    fit = is_key(name) and (name == MESSAGE.key or argument_keys([name])[name] == name)
    if not fit or alias is not None:
        raise ValueError(
            f"field {name!r} can't be an argument of a tool: it must match {KEY_PATTERN}, have no alias and not be a "
            "reserved name"
        )
    if name == MESSAGE.key:
        return MESSAGE
    return Argument(name, name, "declared", description or "", required=required)


def _without_nulls(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> Any:
    """`value` without the properties that are null and may be left out."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        schema = root.get("$defs", {}).get(reference.rpartition("/")[2], {})
    is_object, is_list = isinstance(value, Mapping), isinstance(value, list)
    for option in schema.get("anyOf", ()):
        if (is_object or is_list) and ("properties" in option or "items" in option or "$ref" in option):
            return _without_nulls(option, value, root)
    if is_object and "properties" in schema:
        properties: Mapping[str, Any] = schema["properties"]
        required = schema.get("required", ())
        return {
            name: _without_nulls(properties.get(name, {}), item, root)
            for name, item in value.items()
            if item is not None or name in required or name not in properties
        }
    if is_list and isinstance(schema.get("items"), Mapping):
        return [_without_nulls(schema["items"], item, root) for item in value]
    return value


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
