"""Whole programs: with odd options of the interpreter, at its end, in a zip file, frozen."""

from __future__ import annotations

import zipfile
from pathlib import Path

import alli
import pytest

from tests.alli.streams import record, saying_hello, starting
from tests.answers import answering, give_app, silent
from tests.programs import printed_by
from tests.servers import ScriptedServer

ROOT = Path(alli.__file__).parents[1]

BARE = """
import asyncio, sys
from pathlib import Path
from alli import Alli, AsyncAlli
assert not __debug__ and Alli.__doc__ is None
with Alli(api_key="k", base_url=sys.argv[1]) as client:
    print(client.apps.run("a1", {"f": Path(sys.argv[2])}).text)
    print(client.apps.run_conversation("a1", "hi").text)
async def main():
    async with AsyncAlli(api_key="k", base_url=sys.argv[1]) as client:
        print((await client.with_options(deadline=5).apps.run_conversation("a1", "hi")).text)
asyncio.run(main())
"""


def test_a_program_without_docstrings_home_or_utf_8_whose_warnings_are_errors_works(tmp_path: Path) -> None:
    file = tmp_path / "계약 서.txt"
    file.write_text("x", encoding="utf-8")
    answer = saying_hello(besides=b'{"result": {"responses": [{"message": "Sent"}]}}')
    bare = {"HOME": "/nowhere", "TMPDIR": "/nowhere", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    with ScriptedServer(answer) as server:
        options = ("-OO", "-W", "error", "-X", "utf8=0", "-X", "warn_default_encoding")
        assert printed_by(BARE, server.url, str(file), options=options, environment=bare).split() == [
            "Sent",
            "Hello",
            "Hello",
        ]
    assert "계약 서.txt".encode() in server.requests[0].body


ENDING = """
import atexit, sys
from alli import Alli, AlliError
client = Alli(api_key="k", base_url=sys.argv[1], max_retries=0)
client.apps.get("a1")
def last():
    for one in (client, client.with_options(deadline=5)):
        try:
            print(one.apps.get("a1").name)
            with one.apps.stream_conversation("a1", "hi") as stream:
                print(stream.result().text)
        except AlliError as error:
            print("ours", error)
    client.close()
atexit.register(last)
"""


def test_calls_are_made_while_the_interpreter_shuts_down() -> None:
    with ScriptedServer(saying_hello(besides=b'{"id": "a1", "name": "One"}')) as server:
        assert printed_by(ENDING, server.url).split("\n") == ["One", "Hello"] * 2


LEFT_OPEN = """
import sys
from alli import Alli, AsyncAlli
client = Alli(api_key="k", base_url=sys.argv[1])
stream = client.apps.stream_conversation("a1", "hi")
print(next(iter(stream)).type)
keep = [client, stream, client.apps]
sys.modules["keep"] = keep
"""


def test_a_program_may_end_with_a_stream_and_a_client_open() -> None:
    with ScriptedServer(starting(record("Hello"), then=silent)) as server:
        assert printed_by(LEFT_OPEN, server.url) == "conversation.started"


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package in a zip file, as zipapp and some servers of functions ship it."""
    path = tmp_path_factory.mktemp("zip") / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in (ROOT / "alli").rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, file.relative_to(ROOT).as_posix())
    return path


IN_A_ZIP = """
import sys
sys.path = [sys.argv[1], *[folder for folder in sys.path if not folder.endswith("generated")]]
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
import alli
assert ".zip" in alli.__file__, alli.__file__
with alli.Alli(api_key="k", base_url=sys.argv[2]) as client:
    print(client.apps.get("a1").name)
    try:
        client.with_options(strict=True).apps.get("a1")
    except alli.APIStatusError as error:
        print("strict" in str(error))
"""


def test_the_package_runs_from_a_zip_file_also_strictly(zipped: Path) -> None:
    with ScriptedServer(answering(200, b'{"id": 1, "name": "One"}')) as server:
        assert printed_by(IN_A_ZIP, str(zipped), server.url) == "One\nTrue"


def test_a_program_without_the_document_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from alli._json import strictness

    monkeypatch.setattr(strictness, "files", lambda package: tmp_path)
    strictness._document.cache_clear()
    with (
        ScriptedServer(give_app) as server,
        alli.Alli(api_key="k", base_url=server.url, strict=True) as client,
        pytest.raises(alli.ConfigurationError, match="--collect-data alli"),
    ):
        client.apps.get("a1")
    strictness._document.cache_clear()
