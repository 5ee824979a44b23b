"""openapi-python-client's view of a document: which endpoints it makes, and what it complains about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

__all__ = ["complaints", "endpoints", "parse"]


def parse(document: dict[str, Any]) -> GeneratorData:
    config = Config.from_sources(
        ConfigFile(literal_enums=True), MetaType.NONE, Path("openapi.json"), "utf-8", True, output_path=None
    )
    data = GeneratorData.from_dict(document, config=config)
    assert not isinstance(data, GeneratorError), f"{data.header}: {data.detail}"
    return data


def endpoints(document: dict[str, Any]) -> set[str]:
    """Names of the endpoints that come out."""
    collections = parse(document).endpoint_collections_by_tag.values()
    return {str(endpoint.name) for collection in collections for endpoint in collection.endpoints}


def complaints(document: dict[str, Any]) -> list[str]:
    """Every warning and error; each would leave something out of the raw package."""
    data = parse(document)
    found = list(data.errors)
    for collection in data.endpoint_collections_by_tag.values():
        found += collection.parse_errors
        for endpoint in collection.endpoints:
            found += endpoint.errors
    return [f"{error.header}: {error.detail}" for error in found]
