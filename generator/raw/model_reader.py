"""Models and enums of openapi-python-client's parse as those of our model: fields with their names, types and constraints."""

from __future__ import annotations

import builtins
import json
import keyword
from typing import Any

from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties import Class, LiteralEnumProperty, ModelProperty, Property
from openapi_python_client.strings import PythonIdentifier

from generator.document.json_types import is_array, is_object, object_at
from generator.document.jsonpath import action
from generator.document.problems import GenerationFailed, Problem
from generator.document.schemas import alternatives, followed, objects, properties, walk
from generator.document.source_text import free_name, snake_case
from generator.model.api import Field, Model
from generator.model.constraints import constraints_of, typed
from generator.model.types import Anything, Enum, ListOf, ModelRef, Scalar, Type, Union
from generator.raw.types_of import TypeReader

__all__ = ["ModelReader"]

_RESERVED = {
    "additional_keys", "additional_properties", "extra", "from_dict", "from_json", "given", "to_dict", "to_json",
    "to_multipart",
}  # fmt: skip
"""Names that every model has; a property of that name becomes an attribute with an underscore behind it."""

_NEEDED = {*keyword.kwlist, "bool", "bytes", "dict", "float", "int", "list", "object", "str"}
_HARMLESS = frozenset(dir(builtins)) - _NEEDED
"""Names of builtins that no annotation in a model's class needs, so that `app.type` needs no underscore behind it."""

_SECRET = frozenset({"authorization", "cookie", "credential", "credentials", "passphrase", "password", "secret"})
_PRIVATE_LAST = {
    "key", "token", "answer", "answers", "comment", "comments", "content", "contents", "message", "messages", "prompt",
    "query", "question", "questions", "text", "texts", "transcript",
}  # fmt: skip
"""Words in the name of a property that is private: anywhere, and at its end (`apiKey` is one, `keyType` is not)."""


class ModelReader:
    """Reads the models of a parse.

    Args:
        document: Merged and validated.
        data: Its parse.
        config: Of the parse.
        titled: The schemas among the components as they were parsed, where those whose classes would have one name have titles.

    Attributes:
        warnings: Of names that were made.
        types: Reads the types of this parse.
        enums: The enums of this parse.
    """

    def __init__(self, document: dict[str, Any], data: GeneratorData, config: Config, titled: dict[str, Any]) -> None:
        self._document = document
        self._titled = titled
        self._models = data.models
        self._config = config
        self._titles = {str(node.get("title")) for _, node in walk(document)}
        self._discriminating = self._discriminators()
        self.warnings: list[Problem] = []
        self.types = TypeReader(
            {str(each.class_info.name): each.additional_properties for each in data.models if not _properties(each)}
        )
        self.enums: tuple[Enum, ...] = tuple(
            self.types.enum(each) for each in data.enums if isinstance(each, LiteralEnumProperty)
        )

    def read(self) -> tuple[Model, ...]:
        """All models.

        Raises:
            GenerationFailed: a name that the overlay gives can't be an attribute's, or two attributes have one name.
        """
        problems: list[Problem] = []
        models = tuple(self._model(each, problems) for each in self._models)
        if problems:
            raise GenerationFailed(problems)
        return models

    def reference(self, node: Any) -> ModelRef | None:
        """The model that a `$ref` leads to; None where the node isn't one, or leads elsewhere."""
        reference = node.get("$ref") if is_object(node) else None
        if not isinstance(reference, str) or not reference.startswith("#/components/schemas/"):
            return None
        name = self._class_name(str(followed(reference)[-1]))
        found = next((each for each in self._models if each.class_info.name == name), None)
        return None if found is None else ModelRef(name, str(found.class_info.module_name), not _properties(found))

    def _model(self, item: ModelProperty, problems: list[Problem]) -> Model:
        name = str(item.class_info.name)
        by_wire = {prop.name.get_untrusted_value(): prop for prop in _properties(item)}
        # Python names that the overlay gives to properties, and those that it wants out of the repr.
        block = object_at(item.data.model_extra, "x-alli-sdk")
        names, hidden = object_at(block, "names"), block.get("hide")
        schema = item.data.model_dump(mode="json", by_alias=True, exclude_unset=True)
        schemas = properties(self._document, schema)
        # The parse keeps the document's order within required and optional properties only.
        order = {wire: place for place, wire in enumerate(schemas)}
        discriminating = self._discriminating.get(name, {})
        asked = {wire: constraints_of(self._document, schemas.get(wire)) for wire in by_wire}
        types = {wire: typed(self.types.type_of(prop), asked[wire]) for wire, prop in by_wire.items()}
        called = {wire: self._name(names.get(wire), prop, name, problems) for wire, prop in by_wire.items()}
        taken = {called[wire] for wire in called if wire in names}
        # Of several, the one that is called so on the wire keeps the name.
        for wire in sorted(called.keys() - names.keys(), key=lambda wire: (wire != called[wire], wire)):
            if called[wire] in taken:
                self.warnings.append(self._renamed(name, wire, free_name(called[wire], taken)))
                called[wire] = free_name(called[wire], taken)
            taken.add(called[wire])
        fields = tuple(
            Field(
                wire=wire,
                name=called[wire],
                type=types[wire],
                required=prop.required,
                description=_description(schemas.get(wire), prop),
                constraints=asked[wire],
                hidden=wire in hidden if is_array(hidden) else _looks_private(wire, types[wire]),
                tells=tuple(discriminating.get(wire) or _only(prop)),
            )
            for wire, prop in sorted(by_wire.items(), key=lambda each: order.get(each[0], len(order)))
        )
        seen = [field.name for field in fields]
        problems += [
            Problem(f"schema {name}: two properties are called {twice} in Python")
            for twice in sorted({each for each in seen if seen.count(each) > 1})
        ]
        additional = item.additional_properties
        title = item.data.title.get_untrusted_value() if item.data.title else ""
        return Model(
            ref=ModelRef(name, str(item.class_info.module_name), not fields),
            title=title if title in self._titles else "",  # else ours, which is no text to read
            description=item.description.get_untrusted_value() if item.description else "",
            fields=fields,
            additional=None if additional is None else self.types.type_of(additional),
            multipart=item.is_multipart_body,
        )

    def _renamed(self, model: str, wire: str, called: str) -> Problem:
        schema = next((key for key in self._titled if self._class_name(key) == model), None)
        message = f"warning: schema {model}: another property has the name of {wire!r} already, so this one is called {called}"
        if schema is None:
            return Problem(f"{message}; to name it, add x-alli-sdk: {{names: {{…}}}} to the schema with the overlay")
        path = ("components", "schemas", schema)
        names = json.dumps({"names": {wire: called}}, ensure_ascii=False)
        return Problem(f"{message}; to name it, add this action: {action(path, f'x-alli-sdk: {names}')}", path=path)

    def _name(self, asked: object, prop: Property, model: str, problems: list[Problem]) -> str:
        wanted = str(asked or prop.python_name)
        name = str(PythonIdentifier(wanted, self._config.field_prefix, skip_snake_case=True))
        if (bare := name.removesuffix("_")) in _HARMLESS:
            name = bare
        if asked and name != wanted:
            problems.append(Problem(f"schema {model}: '{wanted}' can't be a Python attribute; '{name}' could"))
        return f"{name}_" if name in _RESERVED else name

    def _discriminators(self) -> dict[str, dict[str, list[str]]]:
        """By class and property, the values by which a discriminator tells objects of the class."""
        found: dict[str, dict[str, list[str]]] = {}
        for node in objects(self._document):
            name = object_at(node, "discriminator").get("propertyName")
            if not isinstance(name, str):
                continue
            listed = object_at(node, "discriminator", "mapping")
            for reference in (object_at(part).get("$ref") for part in alternatives({**node, "allOf": []})):
                if isinstance(reference, str):
                    own = str(followed(reference)[-1])
                    values = [value for value, target in listed.items() if target in (reference, own)]
                    found.setdefault(self._class_name(own), {})[name] = values or [own]
        return found

    def _class_name(self, schema: str) -> str:
        """Of a schema among the components."""
        title = object_at(self._titled, schema).get("title")
        return str(Class.from_string(string=title if isinstance(title, str) else schema, config=self._config).name)


def _properties(item: ModelProperty) -> list[Property]:
    return [*(item.required_properties or []), *(item.optional_properties or [])]


def _description(schema: Any, prop: Property) -> str:
    """The words beside a reference say what it is here, those behind it what it is in general."""
    return str(
        object_at(schema).get("description") or (prop.description.get_untrusted_value() if prop.description else "")
    )


def _only(prop: Property) -> list[str | int]:
    """The value that tells an object of this model from one of another; none where any value may stand there."""
    return list(prop.values) if isinstance(prop, LiteralEnumProperty) and len(prop.values) == 1 else []


def _looks_private(wire: str, kind: Type) -> bool:
    """Whether a property may hold a secret, or what a person or an app wrote. A model hides its own."""
    words = snake_case(wire).split("_")
    named = words[-1] in _PRIVATE_LAST or not _SECRET.isdisjoint(words)
    return named and _holds_text(kind)


def _holds_text(kind: Type) -> bool:
    match kind:
        case ListOf(items=inner):
            return _holds_text(inner)
        case Union():
            return any(map(_holds_text, kind.options))
        case ModelRef():
            return kind.free_form
        case _:
            return kind in (Scalar("str"), Anything())
