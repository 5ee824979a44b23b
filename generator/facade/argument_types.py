"""The type of an argument, and the code that checks it and hands it on to the raw package, by the kind of its property."""

from __future__ import annotations

import itertools

from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.literal_enum_property import LiteralEnumProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from generator.model.blocks import OperationBlock
from generator.raw.parsed_models import Models

__all__ = ["annotation_of", "conversion", "scalar_types", "scalars_of"]

_OBJECT = "Mapping[str, Any]"
"""Any JSON object."""


def annotation_of(
    block: OperationBlock, models: Models, prop: PropertyProtocol, wire: str
) -> tuple[str, list[tuple[str, str]]]:
    """The argument's type as code, and module and class of the raw models in it; null is for the caller to say."""
    if wire in block.types:
        return block.types[wire], []
    match prop:
        case ModelProperty() if models.is_free_form(prop):
            return _OBJECT, []
        case ModelProperty():
            info = prop.class_info
            return f"{info.name} | {_OBJECT}", [(info.module_name, info.name)]
        case ListProperty():
            inner, needed = annotation_of(block, models, prop.inner_property, "")
            return f"Sequence[{inner}]", needed
        case UnionProperty():
            parts = [
                annotation_of(block, models, p, "") for p in prop.inner_properties if not isinstance(p, NoneProperty)
            ]
            named = dict.fromkeys(code.removesuffix(f" | {_OBJECT}") for code, _ in parts)
            if any(code.endswith(f" | {_OBJECT}") for code, _ in parts):  # said once, behind the models
                named |= {_OBJECT: None}
            return " | ".join(named), [m for _, needed in parts for m in needed]
        case FileProperty():
            return "FileInput", []
        case _:
            types = scalars_of(prop)
            return types[0] if types else "Any", []


def scalar_types(block: OperationBlock, prop: PropertyProtocol, wire: str) -> str:
    """The types that a plain value must have, as code; "" where it may be anything."""
    return "" if wire in block.types else ", ".join(scalars_of(prop))


def scalars_of(prop: PropertyProtocol) -> list[str]:
    """What a value may be an instance of, as code, the one for annotations first; none where that can't be asked."""
    match prop:
        case StringProperty():
            return ["str"]
        case LiteralEnumProperty():
            return [prop.value_type.__name__]
        case BooleanProperty():
            return ["bool"]
        case IntProperty():
            return ["int"]
        case FloatProperty():
            return ["float", "int"]
        case DateProperty():
            return ["datetime.date"]
        case DateTimeProperty():
            return ["datetime.datetime"]
        case UuidProperty():
            return ["UUID"]
        case NoneProperty():
            return ["NoneType"]
        case UnionProperty():
            parts = [scalars_of(part) for part in prop.inner_properties]
            return list(dict.fromkeys(itertools.chain(*parts))) if all(parts) else []
        case _:
            return []


def conversion(block: OperationBlock, prop: PropertyProtocol, wire: str, name: str, where: str, *, needed: bool) -> str:
    """Code that checks the argument and hands it on. All but a bare name take None as not given, unless it is `needed`."""
    to_list = "as_list" if needed else "sequence"
    if wire in block.json_strings:
        kind = block.types.get(wire, "").partition("[")[0]
        checked = {"Sequence": f"{to_list}({where}, {name})", "Mapping": f"json_mapping({where}, {name})"}
        return f"json_text({where}, {checked.get(kind, name)})"
    match prop:
        case ListProperty() if isinstance(prop.inner_property, FileProperty):
            return f"given(as_files({where}, {name}))"
        case FileProperty():
            return f"as_file({where}, {name})"
        case ListProperty() if types := scalar_types(block, prop.inner_property, ""):
            return f"{to_list}({where}, {name}, {types})"
        case ListProperty(inner_property=ModelProperty() | ListProperty() | UnionProperty()):
            return f"json_list({where}, {name})"
        case ListProperty():
            return f"{to_list}({where}, {name})"
        case ModelProperty():
            return f"json_mapping({where}, {name})"
        case _:
            return name
