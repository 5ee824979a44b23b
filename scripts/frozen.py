"""What scripts/test-frozen freezes: a program that uses the client, the raw layer and the emulator, sync and async."""

from __future__ import annotations

import asyncio

import alli
from alli import Alli, AsyncAlli
from alli_emulator import Emulator


def main() -> None:
    """Call a local service in each of the ways that load modules or files late."""
    with Emulator() as service:
        # `strict` reads the document, which is a file of the package.
        with Alli(api_key=service.api_key, base_url=service.base_url, strict=True) as client:
            apps = client.apps.list().items
            agent = next(app for app in apps if app.type == "agent")
            with client.apps.conversation(agent.id).stream("Hello") as stream:
                text = stream.result().text
            raw = alli.raw.api.apps.list_apps.sync(client=client.raw)
            if not text or raw is None or not client.projects.list():
                raise SystemExit("scripts/frozen.py: an answer is missing")
        asyncio.run(_call_async(service.api_key, service.base_url))
    print(f"{len(apps)} apps, {len(service.requests)} requests: all that is loaded late was there.")


async def _call_async(key: str, base_url: str) -> None:
    async with AsyncAlli(api_key=key, base_url=base_url) as client:
        await client.apps.list()


if __name__ == "__main__":
    main()
