"""Which function of the generated `open_world` module reads a property, as code.

The functions never raise: what they can't read comes back as it came (see templates/raw/open_world.py).
"""

from __future__ import annotations

from openapi_python_client.parser.properties import ModelProperty, Property
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

__all__ = ["reader"]


def reader(prop: Property | PropertyProtocol) -> str | None:
    """Code of a function from a JSON value to the property's value; None where the JSON value is the value."""
    match prop:
        case ModelProperty():
            return f"{prop.class_info.name}.from_json"
        case ListProperty():
            inner = reader(prop.inner_property)
            return None if inner is None else f"list_of({inner})"
        case UnionProperty():
            return _union(prop)
        case DateTimeProperty():
            return "read_datetime"
        case DateProperty():
            return "read_date"
        case UuidProperty():
            return "read_uuid"
        case _:
            return None


def _union(prop: UnionProperty) -> str | None:
    inner = [code for code in map(reader, prop.inner_properties) if code is not None]
    match inner:
        case []:
            return None
        case [only]:
            return only
        case _:
            models = [p.class_info.name for p in prop.inner_properties if isinstance(p, ModelProperty)]
            others = [code for code in inner if code not in [f"{name}.from_json" for name in models]]
            if len(models) > 1:
                others.insert(0, f"best_of({', '.join(models)})")
            elif models:
                others.insert(0, f"{models[0]}.from_json")
            return others[0] if len(others) == 1 else f"first_of({', '.join(others)})"
