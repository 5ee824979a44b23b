"""CPU time of one call with the client beside the same call with the bare HTTP library."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
from alli import Alli, AsyncAlli

from scripts.benchmarks.measure import Row, amedians, medians, ratio_row
from scripts.benchmarks.serving import serve

__all__ = ["TITLE", "rows"]

TITLE = "client CPU per call, beside bare httpx"
TARGET = 1.25
ROUNDS = 500

APP_ID = "TExNQXBwOjY2YTBhM2JiZDRkNTE5ZjM3M2NkNTVhNw=="
PATH_ID = APP_ID.replace("=", "%3D")
KEY = {"API-KEY": "bench"}
INPUTS = {"CONTRACT": "a text of some length " * 20, "tone": "polite"}
BODY = {"mode": "sync", "inputs": INPUTS, "chat": {"message": "please review"}}


def rows(rounds: int = ROUNDS) -> Iterator[Row]:
    """Sync, then async: one model, a page of 50, a run."""
    with serve() as url:
        yield from _sync_rows(url, rounds)
        yield from asyncio.run(_async_rows(url, rounds))


def _sync_rows(url: str, rounds: int) -> Iterator[Row]:
    with Alli(api_key="bench", base_url=url) as client, httpx.Client(headers=KEY) as bare:
        pairs = {
            "apps.get": (
                lambda: client.apps.get(APP_ID),
                lambda: bare.get(f"{url}/webapi/v2/apps/{PATH_ID}").json(),
            ),
            "apps.list, 50 apps": (
                lambda: client.apps.list(page_size=50),
                lambda: bare.get(f"{url}/webapi/v2/apps", params={"pageSize": 50}).json(),
            ),
            "apps.run": (
                lambda: client.apps.run(APP_ID, INPUTS, message="please review"),
                lambda: bare.post(f"{url}/webapi/apps/{PATH_ID}/run", json=BODY).json(),
            ),
        }
        for name, (ours, theirs) in pairs.items():
            cost = medians({"ours": ours, "theirs": theirs}, rounds=rounds)
            yield ratio_row(f"{name}, sync", cost["ours"], cost["theirs"], TARGET)


async def _async_rows(url: str, rounds: int) -> list[Row]:
    found: list[Row] = []
    async with AsyncAlli(api_key="bench", base_url=url) as client, httpx.AsyncClient(headers=KEY) as bare:

        async def get() -> object:
            return await client.apps.get(APP_ID)

        async def bare_get() -> object:
            return (await bare.get(f"{url}/webapi/v2/apps/{PATH_ID}")).json()

        async def page() -> object:
            return await client.apps.list(page_size=50)

        async def bare_page() -> object:
            return (await bare.get(f"{url}/webapi/v2/apps", params={"pageSize": 50})).json()

        async def run() -> object:
            return await client.apps.run(APP_ID, INPUTS, message="please review")

        async def bare_run() -> object:
            return (await bare.post(f"{url}/webapi/apps/{PATH_ID}/run", json=BODY)).json()

        pairs = {"apps.get": (get, bare_get), "apps.list, 50 apps": (page, bare_page), "apps.run": (run, bare_run)}
        for name, (ours, theirs) in pairs.items():
            cost = await amedians({"ours": ours, "theirs": theirs}, rounds=rounds)
            found.append(ratio_row(f"{name}, async", cost["ours"], cost["theirs"], TARGET))
    return found
