"""The three documents every test here is about, each read once."""

from __future__ import annotations

from typing import Any

import pytest

from generator.document.files import Document, load
from generator.document.overlay import apply
from tests.spec.reading import OVERLAY, SPEC


@pytest.fixture(scope="session")
def vendor_document() -> Document:
    return load(SPEC)


@pytest.fixture(scope="session")
def overlay_document() -> Document:
    return load(OVERLAY)


@pytest.fixture(scope="session")
def vendor(vendor_document: Document) -> dict[str, Any]:
    """spec/alli.openapi.yaml as it stands."""
    return vendor_document.data


@pytest.fixture(scope="session")
def merged(vendor_document: Document, overlay_document: Document) -> dict[str, Any]:
    """The document with the overlay applied; applying it fails if a target matches nothing."""
    return apply(vendor_document, overlay_document).data
