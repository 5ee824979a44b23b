"""Start and stop, the log of requests, the terminal, and what is said when something is missing."""

from __future__ import annotations

import gc
import inspect
import os
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from alli_emulator import AppRun, Emulator, RequestRecord, Step
from alli_emulator.requests.request_log import KEPT, RequestLog, line_of

Connect = Callable[[Emulator], httpx.Client]


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)


@pytest.mark.skipif(os.name == "nt", reason="file descriptors are listed in /proc")
def test_an_answer_does_not_wait_for_the_clients_acknowledgement(http: httpx.Client, alli: Emulator) -> None:
    """A delayed acknowledgement takes 40 ms, which TCP_NODELAY spares; the connection is kept, so its end can be looked at."""
    http.get("/webapi/v2/apps").raise_for_status()
    port = int(alli.base_url.rpartition(":")[2])
    assert [end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for end in accepted_on(port)] == [1]


def accepted_on(port: int) -> Iterator[socket.socket]:
    """This process's ends of the connections to one of its ports."""
    for one in Path("/proc/self/fd").iterdir():
        # A file that is not a socket, or gone by now, or a socket that is connected to nobody.
        with suppress(OSError):
            number = os.dup(int(one.name))
            try:
                end = socket.socket(fileno=number)
            except OSError:
                os.close(number)
                raise
            with end:
                if end.getpeername() and end.getsockname()[1] == port:
                    yield end


def test_connections_made_just_before_it_stops_are_closed() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(5):
            with Emulator() as alli:
                port = int(alli.base_url.rpartition(":")[2])
                ends = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
            for end in ends:
                end.close()
        gc.collect()
    assert [str(one.message) for one in caught] == []


def test_it_stops_quickly_while_answers_are_under_way(connect: Connect) -> None:
    blocked, let_go = threading.Event(), threading.Event()
    ended: list[bool] = []
    with Emulator(pace=0) as alli:
        http = connect(alli)

        @alli.app(name="Blocks")
        def blocks(run: AppRun) -> Iterator[Step]:
            yield "a"
            blocked.set()
            ended.append(let_go.wait(20))

        with http.stream("POST", f"/webapi/apps/{blocks.id}/run", json={"mode": "stream"}) as answer:
            lines = answer.iter_lines()
            next(lines)
            assert blocked.wait(10)
            alli.stop()
            assert ended == [], "the app is still blocked"
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                list(lines)
    let_go.set()


def test_nothing_is_left_after_it_stopped(connect: Connect) -> None:
    with Emulator(pace=0) as alli:
        http = connect(alli)
        summary = alli.apps[0].id
        for _ in range(3):
            http.post(f"/webapi/apps/{summary}/run", json={"inputs": {"text": "One. Two. One."}, "mode": "stream"})
        host, port = alli.base_url.removeprefix("http://").split(":")
    assert not [thread for thread in threading.enumerate() if thread.name == "alli-emulator"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
    with pytest.raises(RuntimeError, match="with Emulator"):
        _ = alli.base_url
    alli.stop()


def test_it_can_be_started_again_and_keeps_its_apps_and_log(connect: Connect) -> None:
    alli = Emulator(builtin=False)
    app = alli.app(name="Only")(lambda run: "x")
    for _ in range(2):
        with alli:
            assert connect(alli).get(f"/webapi/v2/apps/{app.id}").json()["name"] == "Only"
    assert len(alli.requests) == 2


@pytest.mark.parametrize("port", [65_536, 99_999, -1])
def test_a_port_that_does_not_exist_is_refused_and_no_other_is_taken(port: int) -> None:
    with pytest.raises(ValueError, match=f"port: must be from 0 to 65535, not {port}"):
        Emulator(port=port).start()


def test_two_run_side_by_side() -> None:
    with Emulator() as one, Emulator() as two:
        assert one.base_url != two.base_url
        assert httpx.get(two.base_url + "/webapi/apps", headers={"API-KEY": one.api_key}).status_code == 401


def test_no_repr_shows_the_key_or_what_was_sent(alli: Emulator, http: httpx.Client, app_ids: dict[str, str]) -> None:
    http.post(f"/webapi/apps/{app_ids['Summary']}/run", json={"inputs": {"text": "confidential"}})
    record = alli.requests[-1]
    assert record.json() == {"inputs": {"text": "confidential"}}
    assert record.headers["api-key"] == alli.api_key
    for shown in (repr(alli), repr(record), repr(alli.apps)):
        assert alli.api_key not in shown
        assert "confidential" not in shown


def test_requests_are_logged_as_sent(alli: Emulator, http: httpx.Client) -> None:
    http.get("/webapi/v2/apps/a%2Fb%3D?x=%20y", headers={"X-Note": "n"})
    record = alli.requests[-1]
    assert (record.method, record.raw_path, record.query, record.status) == (
        "GET",
        "/webapi/v2/apps/a%2Fb%3D",
        "x=%20y",
        404,
    )
    assert (record.headers["x-note"], record.body, record.parts) == ("n", b"", ())
    assert record.wait()
    assert not record.client_left


def test_many_requests_at_once_are_all_answered(alli: Emulator, http: httpx.Client, app_ids: dict[str, str]) -> None:
    texts: list[str] = []

    def call(number: int) -> None:
        body = {"inputs": {"text": f"Number {number} is it."}}
        answer = http.post(f"/webapi/apps/{app_ids['Summary']}/run", json=body).json()
        texts.append(answer["result"]["responses"][0]["message"])

    threads = [threading.Thread(target=call, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts) == sorted(f"Number {number} is it." for number in range(20))
    assert len(alli.requests) == 20


def test_an_app_id_can_be_given_once(alli: Emulator) -> None:
    taken = alli.apps[0].id
    with pytest.raises(ValueError, match="is taken"):
        alli.app(name="Other", id=taken)(lambda run: "")


def test_the_log_of_requests_says_how_an_answer_ended(http: httpx.Client, alli: Emulator) -> None:
    alli.fault(drop=True)
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/webapi/v2/apps")
    record = alli.requests[0]
    assert record.wait()
    assert line_of(record, 0.0123) == "---  GET    /webapi/v2/apps  12 ms  cut"


def test_only_the_newest_requests_are_kept() -> None:
    log = RequestLog()
    for number in range(KEPT + 5):
        log.add(RequestRecord("GET", f"/{number}", "", ("", 0), {}))
    assert (len(log.all()), log.all()[0].path) == (KEPT, "/5")


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "python_multipart", "jsonschema_rs"])
def test_without_the_extra_the_error_gives_the_pip_command(module: str) -> None:
    block = f"import sys; sys.modules[{module!r}] = None; "
    imported = run_python("-c", block + "from alli_emulator import Emulator")
    assert imported.returncode != 0
    assert "MissingExtraError" in imported.stderr
    assert "pip install 'alli-sdk[emulator]'" in imported.stderr
    run = "import runpy; runpy.run_module('alli_emulator', run_name='__main__', alter_sys=True)"
    served = run_python("-c", block + run)
    assert served.returncode == 1
    assert len(served.stderr.splitlines()) == 1
    assert "pip install 'alli-sdk[emulator]'" in served.stderr


def test_every_public_name_is_there_and_documented() -> None:
    import alli_emulator

    for name in alli_emulator.__all__:
        # Aliases of types are documented beside their definition, where no attribute can hold it.
        assert name in ("Handler", "Step") or getattr(alli_emulator, name).__doc__, name
        assert getattr(alli_emulator, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = alli_emulator.Nothing  # type: ignore[attr-defined]


def test_importing_the_package_loads_no_server() -> None:
    code = "import sys, alli_emulator; print(sorted({'starlette', 'uvicorn', 'jsonschema_rs'} & set(sys.modules)))"
    assert run_python("-c", code).stdout.strip() == "[]"


@pytest.mark.skipif(os.name == "nt", reason="file descriptors are counted in /proc")
def test_starting_again_and_again_leaks_no_file() -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with Emulator():
        pass
    before = opened()
    for _ in range(5):
        with Emulator() as alli:
            httpx.get(alli.base_url + "/webapi/apps")
    assert opened() <= before


def test_dir_and_help_show_what_there_is() -> None:
    import alli_emulator

    assert dir(alli_emulator) == sorted(alli_emulator.__all__)
    shown = run_python("-c", "import alli_emulator; help(alli_emulator)").stdout
    assert "class Emulator" in shown
    assert "path_contains" in run_python("-c", "import alli_emulator; help(alli_emulator.Fault)").stdout
    signature = str(inspect.signature(alli_emulator.Emulator().app))
    assert all(f"{name}: " in signature for name in ("name", "type", "inputs", "may_fail", "undocumented"))
