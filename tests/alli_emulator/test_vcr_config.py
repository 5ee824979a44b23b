"""Cassettes of vcrpy, which pytest-recording uses: what they must not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import alli_emulator
import vcr
from alli import Alli, AsyncAlli
from alli_emulator import Emulator


def calls(client: Alli, app_id: str) -> list[str]:
    with client.apps.stream(app_id, {"text": "is it s3cret-key?"}) as stream:
        return [client.apps.run(app_id, {"text": "s3cret-key"}).text, "".join(stream.text_stream)]


def test_a_cassette_holds_neither_key_nor_identity_and_replays(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    with Emulator(pace=0, api_key="s3cret-key") as alli:

        @alli.app(name="Leaky", type="campaign")
        def leaky(run: Any) -> str:
            return f"the key is s3cret-key, mail kim.lee@firm.example, of {run.user_id}"

        answers = []
        for key in ("s3cret-key", "another"):
            with (
                vcr.use_cassette(str(path), record_mode="once", **alli_emulator.vcr_config(emails=True)) as cassette,
                Alli(
                    api_key=key, base_url=alli.base_url, user_id="emp-77", user_email="kim.lee@firm.example"
                ) as client,
            ):
                answers.append(calls(client, leaky.id))
        assert cassette.play_count == 2
        assert len(alli.requests) == 2
        assert "s3cret-key" in answers[0][0]
        assert answers[1][0] == "the key is <API-KEY>, mail person1@example.com, of emp-77"
    kept = path.read_text(encoding="utf-8")
    for secret in ("s3cret-key", "kim.lee", "firm.example"):
        assert secret not in kept
    assert "<OWN-USER-ID>" in kept


async def test_it_works_for_the_async_client(tmp_path: Path, alli: Emulator) -> None:
    path = str(tmp_path / "cassette.yaml")
    for _ in range(2):
        with vcr.use_cassette(path, record_mode="once", **alli_emulator.vcr_config()):
            async with AsyncAlli(api_key=alli.api_key, base_url=alli.base_url) as client:
                assert len((await client.apps.list()).items) == 5
    assert len(alli.requests) == 1
    assert alli.api_key not in Path(path).read_text(encoding="utf-8")
