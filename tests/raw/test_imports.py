"""Importing one thing of the raw package must not load the rest of it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def package(generate: Any, operation: Any) -> Any:
    one: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    two = {"type": "object", "properties": {"one": {"$ref": "#/components/schemas/One"}}}
    schemas = {"One": one, "Two": two, "Three": one}
    return generate(paths={"/a": {"get": operation({"$ref": "#/components/schemas/Two"})}}, schemas=schemas)


def loaded(package: Any, code: str) -> set[str]:
    """Names of the modules that are loaded after the code ran in a new interpreter."""
    root = package("")
    program = f"import {root.__name__} as raw\n{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(root.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.removeprefix(f"{root.__name__}.") for name in done.stdout.split()}


def test_one_model_loads_no_other_model_and_no_http_library(package: Any) -> None:
    names = loaded(package, f"from {package('').__name__}.models import Two; Two.from_dict({{}}).to_dict()")
    assert "models.two" in names
    assert not {"models.three", "client", "httpx"} & names


def test_a_request_builder_loads_only_the_models_it_needs(package: Any) -> None:
    names = loaded(package, f"from {package('').__name__}.api.things import do_it; do_it.build_request()")
    assert "models.two" in names
    assert not {"models.one", "models.three", "httpx"} & names


def test_the_package_offers_all_models_and_what_a_client_must_be_by_name(package: Any) -> None:
    models = package("models")
    assert set(models.__all__) == {"One", "Two", "Three"} <= set(dir(models))
    assert [getattr(models, name).__name__ for name in models.__all__] == list(models.__all__)
    assert package("").AsyncClient is package("client").AsyncClient
    with pytest.raises(AttributeError, match="has no attribute 'Four'"):
        _ = models.Four
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = package("").nothing
