"""Apps that were renamed: their old names are free again."""

from __future__ import annotations

from typing import Any

import pytest
from alli import Alli
from alli_emulator import AppRun, Emulator

NEW: dict[str, Any] = {
    "type": "single_action",
    "name": "Draft",
    "description": "",
    "category": "IT",
    "published": True,
    "enabled": True,
}


def test_an_app_may_be_created_under_the_old_name_of_a_renamed_one() -> None:
    with Emulator() as alli, Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        ids: list[str] = []
        for name in ("First", "Second"):
            app_id = client.apps.create(**NEW).id
            client.apps.update(str(app_id), name=name)
            ids.append(str(app_id))
        ids += [str(client.apps.create(**NEW).id), str(client.apps.create(**NEW).id)]
        assert [client.apps.get(app_id).name for app_id in ids] == ["First", "Second", "Draft", "Draft"]
        assert len(set(ids)) == 4
        assert alli.violations == []


def test_a_function_may_become_an_app_under_the_old_name_of_a_renamed_one() -> None:
    with Emulator() as alli, Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        first = client.apps.list(search_term="Summary").items[0]
        client.apps.update(str(first.id), name="Abstract")

        @alli.app(name="Summary")
        def summary(run: AppRun) -> str:
            return "mine"

        assert summary.id != first.id
        assert client.apps.run(summary.id, {"a": "b"}).text == "mine"


def test_an_id_that_was_given_is_not_given_twice() -> None:
    with Emulator() as alli:

        @alli.app(name="One", id="TExNQXBwOjEyMw==")
        def _one(run: AppRun) -> str:
            return ""

        with pytest.raises(ValueError, match="is taken"):

            @alli.app(name="Two", id="TExNQXBwOjEyMw==")
            def _two(run: AppRun) -> str:
                return ""
