"""`python -m alli_mcp` as hosts start it: over stdio, in an environment that has the key and nothing else."""

import socket
import subprocess
import sys
from typing import Any

import httpx
import pytest
from alli_emulator import AppRun, Emulator
from alli_mcp.__main__ import main
from fastmcp import Client, FastMCP
from fastmcp.client.transports import StdioTransport

from scripts import mcp_from_nothing
from scripts.mcp_from_nothing import configuration, started
from tests.alli_mcp.desk import names, on_the_wire

pytestmark = pytest.mark.filterwarnings("default")  # what FastMCP and what it stands on warn of is their own


@pytest.fixture
def environment(alli: Emulator) -> dict[str, str]:
    """What a program needs to find the service."""
    return {"ALLI_API_KEY": alli.api_key, "ALLI_BASE_URL": alli.base_url}


async def test_the_program_serves_over_stdio_and_goes_on_with_its_conversation(environment: dict[str, str]) -> None:
    command = ["-m", "alli_mcp", "--search", "Chat"]
    # Kept alive, the program would end when the transport is collected, which may be after the test.
    transport = StdioTransport(sys.executable, command, env=environment, keep_alive=False)
    async with Client(transport) as client:
        chat = (await names(client))["Chat"]
        said = [(await client.call_tool(chat, {"message": "hi"})).content[0].text for _ in range(2)]
    assert said == ["turn 1 for nobody: hi", "turn 2 for nobody: hi"]


async def test_the_official_client_reads_it_over_stdio(environment: dict[str, str]) -> None:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    program = StdioServerParameters(command=sys.executable, args=["-m", "alli_mcp"], env=environment)
    async with stdio_client(program) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        tools = {tool.title: tool.name for tool in (await session.list_tools()).tools}
        answer: Any = await session.call_tool(tools["Rewrite"], {"text": "a line"})
    assert answer.content[0].text == "Rewritten: a line"
    assert on_the_wire(answer)["structuredContent"]["alli"]["status"] == "success"


def test_a_program_that_can_not_begin_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLI_API_KEY", raising=False)
    done = subprocess.run([sys.executable, "-m", "alli_mcp"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("alli_mcp: no API key: set the environment variable ALLI_API_KEY")


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_does_not_exist_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--transport", "http", "--port", port])
    assert left.value.code == 2
    assert "argument --port: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--transport", "http"]], ids=["stdio", "http"])
def test_ctrl_c_ends_the_program_without_a_traceback(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def run(server: FastMCP[Any], **settings: Any) -> None:
        raise KeyboardInterrupt

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(FastMCP, "run", run)
    assert main([*arguments, "--search", "Chat"]) == 130


def test_on_a_port_that_is_taken_the_program_ends_as_wherever_it_can_not_begin(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--transport", "http", "--port", str(port), "--search", "Chat"]) == 2
    *log, said = capfd.readouterr().err.splitlines()
    assert said == f"alli_mcp: can't listen on 127.0.0.1, port {port}; the log above says why"
    assert any("address already in use" in line for line in log)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"Origin": "http://localhost:6274"}, 404),
        ({"Host": "apps.example.com"}, 404),
        ({"Host": "page.example:8000"}, 421),
        ({"Origin": "http://page.example"}, 403),
    ],
    ids=["none", "local page", "allowed name", "rebound name", "page"],
)
async def test_no_page_in_a_browser_can_call_the_server_on_this_machine(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], status: int
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    served: list[httpx.ASGITransport] = []

    def run(server: FastMCP[Any], **settings: Any) -> None:
        guard = {name: settings[name] for name in ("host_origin_protection", "allowed_hosts")}
        served.append(httpx.ASGITransport(server.http_app(**guard)))

    monkeypatch.setattr(FastMCP, "run", run)
    assert main(["--transport", "http", "--allow-host", "apps.example.com", "--search", "Chat"]) == 0
    async with httpx.AsyncClient(transport=served[0], base_url="http://127.0.0.1:8000") as browser:
        answer = await browser.get("/no-such-path", headers=headers)
    assert answer.status_code == status


def test_without_the_extra_the_error_gives_the_pip_command() -> None:
    block = "import sys; sys.modules['fastmcp'] = None; "
    run = block + "import runpy; runpy.run_module('alli_mcp', run_name='__main__', alter_sys=True)"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "alli_mcp: alli_mcp needs fastmcp, which a bare alli-sdk does not bring: pip install 'alli-sdk[mcp]'\n"
    )
    imported = subprocess.run(
        [sys.executable, "-c", block + "from alli_mcp import create_server"], capture_output=True, text=True
    )
    assert "MissingExtraError: alli_mcp needs fastmcp" in imported.stderr


def test_the_configuration_of_the_page_has_three_lines_and_needs_the_key_alone() -> None:
    shown = mcp_from_nothing.PAGE.read_text("utf-8").partition("```json\n")[2].partition("```")[0]
    assert len(shown.splitlines()) == 3
    assert list(configuration()["env"]) == ["ALLI_API_KEY"]
    assert mcp_from_nothing.main() == 0


def test_started_in_an_empty_environment_it_runs_apps_in_any_language(alli: Emulator) -> None:
    @alli.app(name="연차 상담", type="campaign")
    def leave(run: AppRun) -> str:
        return f"연차는 15일입니다: {run.message}"

    environment = {"ALLI_API_KEY": alli.api_key, "ALLI_BASE_URL": alli.base_url}
    with started(environment) as session:
        tools = {tool["title"]: tool["name"] for tool in session.ask("tools/list")["tools"]}
        answer = session.ask("tools/call", name=tools["연차 상담"], arguments={"message": "며칠?"})
    assert answer["content"][0]["text"] == "연차는 15일입니다: 며칠?"
    assert not answer.get("isError")
