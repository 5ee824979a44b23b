"""Types in signatures are told by the place where they are found when somebody asks."""

from __future__ import annotations

import pytest

from generator.raw.annotations import qualified


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("App", "alli.App"),
        ("app: App | Mapping[str, Any] | None = None", "app: alli.App | Mapping[str, Any] | None = None"),
        ("builtins.list[App]", "builtins.list[alli.App]"),
        ("AsyncPager[App]", "alli.AsyncPager[alli.App]"),
        ("AppV1 | MyApp | App_ | types.App", "alli.AppV1 | MyApp | App_ | types.App"),
        ("str", "str"),
    ],
)
def test_each_known_name_and_no_other_is_qualified(code: str, told: str) -> None:
    assert qualified(code, ["App", "AppV1", "AsyncPager"], "alli") == told


def test_without_names_nothing_changes() -> None:
    assert qualified("App", [], "alli") == "App"
