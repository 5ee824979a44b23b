"""`mixin` in the overlay adds hand-written methods to a resource, whatever the class is called."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.output import templates
from tests.generator.mutations import loaded, original

pytestmark = pytest.mark.usefixtures("unchecked")

MIXIN = '''\
"""Methods of `conversations` that are made of other methods."""

from __future__ import annotations

from .._calls.transport import AsyncTransport, Transport

__all__ = ["AsyncConversationsExtras", "ConversationsExtras"]


# jinja: twins
class AsyncConversationsExtras:
    """More methods."""

    _transport: AsyncTransport

    async def count(self) -> int:
        """Always three.

        Returns:
            Three.
        """
        return 3
# jinja: endtwins
'''


def generate(folder: Path) -> int:
    inputs = original()
    update = {"x-alli-sdk": {"resources": {"conversations": {"mixin": "ConversationsExtras"}}}}
    inputs.overlay["actions"].append({"target": "$", "update": update})
    (folder / "overlay.json").write_text(json.dumps(inputs.overlay), "utf-8")
    return main(["--overlay", str(folder / "overlay.json"), "--output", str(folder / "out")])


def test_a_mixin_of_any_name_adds_its_methods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(templates.TEMPLATES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "_extras" / "conversations_extras.py.jinja").write_text(MIXIN, "utf-8")
    monkeypatch.setattr(templates, "TEMPLATES", folder)
    assert generate(tmp_path) == 0
    with loaded(tmp_path / "out", "alli_with_a_mixin") as package:
        assert package.Alli(api_key="k").conversations.count() == 3
        assert asyncio.run(package.AsyncAlli(api_key="k").conversations.count()) == 3
    assert "### client.conversations.count" in (tmp_path / "out" / "reference.md").read_text("utf-8")


def test_a_mixin_without_a_template_is_an_error_that_says_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(tmp_path) == 1
    told = capsys.readouterr().err
    assert (
        "resource conversations: the mixin ConversationsExtras has no template _extras/conversations_extras.py" in told
    )
    assert "overlay.json:" in told


def test_a_method_called_as_a_hand_written_one_is_an_error_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = original()
    get = "$.paths['/webapi/v2/apps/{app_id}'].get"
    for action in inputs.overlay["actions"]:
        if action["target"] == get:
            action["update"]["x-alli-sdk"]["method"] = "conversation"
    overlay = tmp_path / "overlay.json"
    overlay.write_text(json.dumps(inputs.overlay, indent=1), "utf-8")
    assert main(["--overlay", str(overlay), "--output", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    place = re.search(
        r"overlay\.json:(\d+): apps\.conversation: AppsExtras has a hand-written method of this name", told
    )
    assert place is not None, told
    assert "x-alli-sdk" in overlay.read_text("utf-8").splitlines()[int(place[1]) - 1]
    assert not (tmp_path / "out").exists()
