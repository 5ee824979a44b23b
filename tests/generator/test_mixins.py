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
from tests.generator.mutations import Inputs, loaded
from tests.generator.small_documents import small

pytestmark = pytest.mark.usefixtures("unchecked")

MIXIN = '''\
"""Methods of `hashtags` that are made of other methods."""

from __future__ import annotations

from .._calls.transport import AsyncTransport, Transport

__all__ = ["AsyncHashtagsExtras", "HashtagsExtras"]


# jinja: twins
class AsyncHashtagsExtras:
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


def generate(folder: Path, inputs: Inputs, resource: str, mixin: str) -> int:
    update = {"x-alli-sdk": {"resources": {resource: {"mixin": mixin}}}}
    inputs.overlay["actions"].append({"target": "$", "update": update})
    for name, document in (("spec", inputs.spec), ("overlay", inputs.overlay)):
        (folder / f"{name}.json").write_text(json.dumps(document, indent=1), "utf-8")
    arguments = ["--spec", str(folder / "spec.json"), "--overlay", str(folder / "overlay.json")]
    return main([*arguments, "--output", str(folder / "out")])


def test_a_mixin_of_any_name_adds_its_methods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(templates.TEMPLATES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "_extras" / "hashtags_extras.py.jinja").write_text(MIXIN, "utf-8")
    monkeypatch.setattr(templates, "TEMPLATES", folder)
    assert generate(tmp_path, small(), "hashtags", "HashtagsExtras") == 0
    with loaded(tmp_path / "out", "alli_with_a_mixin") as package:
        assert package.Alli(api_key="k").hashtags.count() == 3
        assert asyncio.run(package.AsyncAlli(api_key="k").hashtags.count()) == 3
    assert "### client.hashtags.count" in (tmp_path / "out" / "reference.md").read_text("utf-8")


def test_a_mixin_without_a_template_is_an_error_that_says_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(tmp_path, small(), "hashtags", "HashtagsExtras") == 1
    told = capsys.readouterr().err
    assert "resource hashtags: the mixin HashtagsExtras has no template _extras/hashtags_extras.py" in told
    assert "overlay.json:" in told


def test_a_method_called_as_a_hand_written_one_is_an_error_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = small()
    inputs.block("GET /webapi/apps")["method"] = "conversation"
    assert generate(tmp_path, inputs, "apps", "AppsExtras") == 1
    overlay = tmp_path / "overlay.json"
    told = capsys.readouterr().err
    place = re.search(
        r"overlay\.json:(\d+): apps\.conversation: AppsExtras has a hand-written method of this name", told
    )
    assert place is not None, told
    assert "x-alli-sdk" in overlay.read_text("utf-8").splitlines()[int(place[1]) - 1]
    assert not (tmp_path / "out").exists()
