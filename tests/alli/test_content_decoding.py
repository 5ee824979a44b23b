"""Compressed bodies: read whole however they are cut and of however many parts, and never taken for whole where they are not."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable

import httpx
import pytest
from alli import APIConnectionError, APIStatusError, StreamInterruptedError
from alli._bodies.content_decoding import MAX_CODINGS, MAX_PIECE_BYTES, Unpacker, unpackable

from tests.alli.client_kind import ClientKind
from tests.answers import answering
from tests.servers import Connection, ScriptedServer

TEXT = "연차는 5일까지, carried over. ".encode() * 20


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("GZip", lambda data: b"".join(gzip.compress(data[start : start + 100]) for start in range(0, len(data), 100))),
    ("gzip", lambda data: gzip.compress(data[:99]) + b"\0" * 9 + gzip.compress(data[99:]) + b"\0\0"),
    ("gzip", lambda data: gzip.compress(data) + b"not a part"),
    ("deflate", zlib.compress),
    ("deflate", _raw_deflate),
    ("x-gzip", gzip.compress),
    ("deflate, identity, gzip", lambda data: gzip.compress(zlib.compress(data))),
    ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data[:99]) + gzip.compress(data[99:]))),
]
IDS = [
    *(
        "gzip",
        "gzip of many parts",
        "gzip with zeros",
        "gzip and rubbish",
        "deflate",
        "deflate without its head",
        "x-gzip",
        "gzip of deflate",
        "gzip of gzip",
    ),
]


@pytest.mark.parametrize(("encoding", "pack"), PACKERS, ids=IDS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100_000])
def test_a_body_is_unpacked_whole_wherever_it_is_cut(encoding: str, pack: Callable[[bytes], bytes], size: int) -> None:
    packed = pack(TEXT)
    unpacker = Unpacker(encoding)
    chunks = (packed[start : start + size] for start in range(0, len(packed), size))
    assert b"".join(piece for chunk in chunks for piece in unpacker.feed(chunk)) == TEXT
    assert unpacker.is_whole


@pytest.mark.parametrize(("encoding", "pack"), [PACKERS[0], *PACKERS[4:]], ids=[IDS[0], *IDS[4:]])
def test_every_beginning_of_a_body_is_known_to_be_one(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(TEXT)
    for end in range(1, len(packed)):
        unpacker = Unpacker(encoding)
        assert TEXT.startswith(b"".join(unpacker.feed(packed[:end])))
        assert not unpacker.is_whole


def test_nothing_at_all_is_whole() -> None:
    for encoding in ("gzip", "deflate"):
        unpacker = Unpacker(encoding)
        assert [*unpacker.feed(b"")] == []
        assert unpacker.is_whole


def _records(*texts: str) -> list[bytes]:
    return [json.dumps({"result": {"responses": [{"id": "m", "message": text}]}}).encode() + b"\n" for text in texts]


def _packed(encoding: str, chunks: list[bytes]) -> Callable[[Connection], None]:
    def answer(connection: Connection) -> None:
        if connection.read_request() is not None:
            connection.start(200, {"Content-Type": "application/stream+json", "Content-Encoding": encoding})
            for chunk in chunks:
                connection.chunk(chunk)
            connection.end()

    return answer


@pytest.mark.parametrize("wbits", [31, zlib.MAX_WBITS, -zlib.MAX_WBITS], ids=["gzip", "deflate", "raw deflate"])
async def test_a_compressed_stream_that_ends_too_early_between_two_records_is_no_complete_one(
    client_kind: ClientKind, wbits: int
) -> None:
    packer = zlib.compressobj(wbits=wbits)
    first = packer.compress(_records("Part")[0]) + packer.flush(zlib.Z_SYNC_FLUSH)
    with ScriptedServer(_packed("gzip" if wbits == 31 else "deflate", [first])) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(StreamInterruptedError) as caught:
            await client_kind.get(client.apps.run_conversation("a", "Hello"))
    assert caught.value.partial is not None and caught.value.partial.text == "Part"
    assert isinstance(caught.value.__cause__, APIConnectionError)
    assert caught.value.outcome_unknown


async def test_a_stream_whose_records_are_gzip_parts_of_their_own_loses_none(client_kind: ClientKind) -> None:
    chunks = [gzip.compress(record) for record in _records("One", "One, two", "One, two, three")]
    with ScriptedServer(_packed("gzip", chunks)) as server:
        client = client_kind.make(base_url=server.url)
        for _ in range(2):
            async with client_kind.entered(client.apps.stream_conversation("a", "Hello")) as stream:
                assert await client_kind.list(stream.text_stream) == ["One", ", two", ", three"]
        assert len(server.connections) == 1


async def test_an_answer_in_several_gzip_parts_is_read_whole(client_kind: ClientKind) -> None:
    with ScriptedServer(
        _packed("gzip", [gzip.compress(b'{"id": "a", '), gzip.compress(b'"name": "Whole"}')])
    ) as server:
        client = client_kind.make(base_url=server.url)
        assert (await client_kind.get(client.apps.get("a"))).name == "Whole"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_compressed_as_it_says_is_an_error_of_ours(
    client_kind: ClientKind, encoding: str
) -> None:
    with ScriptedServer(_packed(encoding, [b"no such thing"])) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(APIConnectionError, match="DecodingError"):
            await client_kind.get(client.apps.get("a"))
        with pytest.raises(StreamInterruptedError):
            await client_kind.get(client.apps.run_conversation("a", "Hello"))


@pytest.mark.parametrize(
    ("accepted", "asked"),
    [
        ("gzip, deflate, br, zstd", "gzip, deflate"),
        ("br;q=1.0, gzip;q=0.8", "gzip;q=0.8"),
        ("identity", "identity"),
        ("br", "identity"),
        ("", "identity"),
    ],
)
def test_a_coding_that_can_not_be_checked_and_limited_is_not_asked_for(accepted: str, asked: str) -> None:
    assert unpackable({"accept-encoding": accepted}) == {"accept-encoding": asked}


@pytest.mark.parametrize("injected", [False, True])
async def test_brotli_is_not_asked_for_where_the_library_knows_it(client_kind: ClientKind, injected: bool) -> None:
    with ScriptedServer(answering(200, b'{"apps": []}')) as server:
        inner = httpx.AsyncClient if client_kind.is_async else httpx.Client
        http_client = inner(headers={"Accept-Encoding": "gzip, br"})
        client = client_kind.make(base_url=server.url, **({"http_client": http_client} if injected else {}))
        await client_kind.get(client.apps.list())
        await client_kind.get(http_client.aclose() if client_kind.is_async else http_client.close())
    assert "br" not in server.requests[0].headers["accept-encoding"]
    assert "gzip" in server.requests[0].headers["accept-encoding"]


async def test_an_answer_in_x_gzip_is_unpacked(client_kind: ClientKind) -> None:
    body = gzip.compress(b'{"id": "a", "name": "A"}')
    with ScriptedServer(answering(200, body, {"Content-Encoding": "x-gzip"})) as server:
        client = client_kind.make(base_url=server.url)
        assert (await client_kind.get(client.apps.get("a"))).name == "A"


async def test_a_whole_answer_that_is_cut_off_in_order_is_an_error(client_kind: ClientKind) -> None:
    packed = gzip.compress(b"line\n" * 1000)
    with ScriptedServer(answering(200, packed[:-9], {"Content-Encoding": "gzip"})) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(APIConnectionError, match="cut off"):
            await client_kind.get(client.request("GET", "/webapi/report.csv"))


def _spaces(count: int, *layers: Callable[[bytes], bytes]) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(count)) + packer.flush()
    for pack in layers:
        packed = pack(packed)
    return packed


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_bomb_is_unpacked_bit_by_bit_however_often_it_is_packed(layers: int) -> None:
    packed = _spaces(20, *[gzip.compress] * (layers - 1))
    unpacker = Unpacker(", ".join(["gzip"] * layers))
    sizes = [len(piece) for piece in unpacker.feed(packed)]
    assert sum(sizes) == 20 * 2**20
    assert max(sizes) <= MAX_PIECE_BYTES
    assert unpacker.is_whole


def test_what_follows_the_end_of_a_body_is_not_collected() -> None:
    tracemalloc.start()
    try:
        for rest in (b"\0" * 10_000, b"rubbish" * 1_000):
            unpacker = Unpacker("gzip")
            assert b"".join(unpacker.feed(gzip.compress(TEXT))) == TEXT
            tracemalloc.reset_peak()
            for _ in range(100):
                assert [*unpacker.feed(rest)] == []
            assert unpacker.is_whole
            assert tracemalloc.get_traced_memory()[1] < 200_000
    finally:
        tracemalloc.stop()


async def test_a_body_in_more_codings_than_any_server_applies_is_an_error_of_ours(client_kind: ClientKind) -> None:
    body = b"{}"
    for _ in range(MAX_CODINGS + 1):
        body = gzip.compress(body)
    encoding = ", ".join(["gzip"] * (MAX_CODINGS + 1))
    with ScriptedServer(answering(200, body, {"Content-Encoding": encoding})) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(APIConnectionError, match="DecodingError"):
            await client_kind.get(client.apps.get("a"))


@pytest.mark.parametrize("asked", [False, True])
async def test_a_coding_that_was_not_asked_for_is_not_unpacked_by_the_library(
    client_kind: ClientKind, asked: bool
) -> None:
    zstandard = pytest.importorskip("zstandard")
    body = zstandard.compress(b'{"id": "a", "name": "A"}')
    with ScriptedServer(answering(200, body, {"Content-Encoding": "zstd"})) as server:
        headers = {"Accept-Encoding": "gzip, zstd"} if asked else {}
        client = client_kind.make(base_url=server.url, default_headers=headers)
        if asked:
            assert (await client_kind.get(client.apps.get("a"))).name == "A"
        else:
            with pytest.raises(APIStatusError, match="not JSON"):
                await client_kind.get(client.apps.get("a"))
