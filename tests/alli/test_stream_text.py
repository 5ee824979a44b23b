"""The text of a stream: what `text_stream` gives, what `text` is, and characters that come in halves."""

from __future__ import annotations

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.streams import starting
from tests.answers import silent
from tests.servers import Connection, ScriptedServer

SNAPSHOT = '{"result":{"conversation":{"id":"c"},"responses":[{"id":"m","message":"%s","completed":%s}]}}\n'


def _cut(*texts: str, completed: bool = False) -> bytes:
    return "".join(SNAPSHOT % (text, "true" if completed and text == texts[-1] else "false") for text in texts).encode()


@pytest.mark.parametrize(
    ("texts", "pieces"),
    [
        (["Hi", "Hi \\ud83d", "Hi \\ud83d\\ude00", "Hi \\ud83d\\ude00 end"], ["Hi", " ", "\U0001f600", " end"]),
        (["\\uc548", "\\uc548\\ufffd", "\\uc548\\ub155", "\\uc548\\ub155!"], ["안", "녕", "!"]),
        (["a\\ufffd\\ufffd", "a\U0001f600"], ["a", "\U0001f600"]),
        (["a", "a\\ufffd"], ["a", "\ufffd"]),
        (["\\ufffd"], ["\ufffd"]),
    ],
    ids=["surrogates", "U+FFFD", "two of them", "a real one at the end", "nothing else"],
)
@pytest.mark.parametrize("completed", [False, True])
async def test_a_snapshot_cut_inside_a_character_is_held_back(
    client_kind: ClientKind, texts: list[str], pieces: list[str], completed: bool
) -> None:
    with ScriptedServer(starting(_cut(*texts, completed=completed), then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream_conversation("a1", "hi")) as stream:
            assert await client_kind.list(stream.text_stream) == pieces
            assert (await client_kind.get(stream.result())).text == "".join(pieces)


async def test_half_a_character_is_in_no_text_so_far(client_kind: ClientKind) -> None:
    with ScriptedServer(starting(_cut("Hi \\ud83d"), then=silent)) as server:
        client = client_kind.make(base_url=server.url, idle_timeout=0.2)
        async with client_kind.entered(client.apps.stream_conversation("a1", "hi")) as stream:
            with pytest.raises(alli.StreamIdleError) as caught:
                await client_kind.list(stream)
            assert stream.text == "Hi "
        server.release.set()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hi "


TWO = b'{"result": {"responses": [%s]}}\n'
FIRST, BOTH = b'{"message": "First."}', b'{"message": "First."}, {"message": "Second."}'
LONGER = b'{"message": "First."}, {"message": "Second. More."}'


async def test_text_stream_puts_a_blank_line_between_messages_as_the_text_of_the_result(
    client_kind: ClientKind,
) -> None:
    with ScriptedServer(starting(TWO % FIRST, TWO % BOTH, TWO % LONGER, then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream_conversation("a1", "hi")) as stream:
            assert stream.text == ""
            pieces = await client_kind.list(stream.text_stream)
            result = await client_kind.get(stream.result())
    assert pieces == ["First.", "\n\nSecond.", " More."]
    assert "".join(pieces) == result.text == stream.text == "First.\n\nSecond. More."


async def test_the_text_so_far_has_what_was_replaced(client_kind: ClientKind) -> None:
    replaced = b'{"type": "final_replaced_message", "response_index": 0, "content": "Better."}\n'
    with ScriptedServer(starting(TWO % BOTH, replaced, then=Connection.end)) as server:
        client = client_kind.make(base_url=server.url)
        async with client_kind.entered(client.apps.stream_conversation("a1", "hi")) as stream:
            seen = [(event.type, stream.text) async for event in client_kind.each(stream)]
    assert seen[:2] == [("text.delta", "First.\n\nSecond.")] * 2
    assert seen[2:] == [("text.replaced", "Better.\n\nSecond."), ("completed", "Better.\n\nSecond.")]
