"""Shows the SDK at work: lists apps, runs them, streams, talks, and lets an agent use them.

Asks the emulator, or the real service where ALLI_API_KEY is set. Apps are chosen by their type from the list, so the
same program serves both; what a project has no app for is skipped, and said. An app of a real project may send mail or pay a
bill, so that on another machine than this one only the apps that --app names are run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from textwrap import shorten
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from alli import Alli, AlliError, App, AppInput

from scripts.demo_model import decide
from scripts.demo_printing import print_as_it_arrives, said, say, title

__all__ = ["main", "may_run"]

DATA = Path(__file__).parent / "demo_data"
PACE = 0.02  # seconds between two records of the emulator's streams, about as fast as a quick model
MOST_TOOLS = 20  # of a project's apps, as the agent's tools
FIRST = 20  # of a project's apps, in what is printed
TEXT_KINDS = ("text", "paragraph", "single")  # kinds of inputs that the passage, or an option, can be given for


@dataclass(frozen=True)
class Stage:
    """What the steps work with: a client, and the app that stands for each type, None where there is none."""

    client: Alli
    apps: list[App]
    writer: App | None
    inputs: Mapping[str, Any]
    agent: App | None
    campaign: App | None


class Skipped(Exception):
    """A step can't be shown with the apps there are; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the demo; gives the exit status: 0 shown, 1 something failed, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        with connected(options.port) as client:
            return show(client, options.app)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    except (AlliError, ImportError) as error:
        print(f"scripts/demo: {error}", file=sys.stderr)
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python's own last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Shows the SDK at work.")
    parser.add_argument("--port", type=int, default=0, help="port of the emulator; 0, the default, takes a free one")
    parser.add_argument(
        "--app",
        action="append",
        metavar="ID",
        help="an app that may be run, and no other; repeatable. Needed where the service is not on this machine",
    )
    return parser


@contextmanager
def connected(port: int) -> Generator[Alli]:
    """A client of the real service where the environment has a key, else of an emulator that lives as long as the block."""
    if os.environ.get("ALLI_API_KEY", "").strip():
        with Alli() as client:
            print(f"This is the real service, asked with the key in ALLI_API_KEY: {client!r}")
            yield client
        return
    from alli_emulator import Emulator

    emulator = Emulator(port=port, pace=PACE)
    try:
        emulator.start()
    except OSError as error:
        sys.exit(
            f"scripts/demo: the emulator can't listen on port {port} of this machine: {error.strerror}. "
            "Is another program using the port? Without --port a free one is taken"
        )
    with emulator, Alli(api_key=emulator.api_key, base_url=emulator.base_url) as client:
        print(f"This is the emulator, on this machine: {emulator.base_url}. Set ALLI_API_KEY for the real service.")
        yield client


def show(client: Alli, named: Sequence[str] | None) -> int:
    """Shows all steps; one that fails does not keep the others from being shown."""
    stage = list_apps(client, named)
    failures = 0
    for step in (run, stream, check_invoice, converse, let_an_agent_choose):
        try:
            step(stage)
        except Skipped as reason:
            print(f"    skipped: {reason}")
        except AlliError as error:
            failures += 1
            print(f"\n    failed: {error}")
    if failures:
        print(f"\n{failures} {'step' if failures == 1 else 'steps'} failed, see above.")
        return 1
    print("\nThat is all. Next: docs/guides/ has the code for each of these, and scripts/test runs the tests.")
    return 0


def list_apps(client: Alli, named: Sequence[str] | None) -> Stage:
    """Prints the apps and chooses those that the other steps use."""
    title("client.apps.list()")
    apps = [app for app in client.apps.list(published=True) if app.id]
    for app in apps[:FIRST]:
        print(f"    {app.type or '-':<14} {app.name}: {shorten(str(app.description or '-'), 70)}")
    if len(apps) > FIRST:
        print(f"    … and {len(apps) - FIRST} more")
    apps = may_run(apps, client.base_url, named)
    if not apps:
        print("    No app is run. Name those that may be: scripts/demo --app ID --app ID")
    writer, inputs = None, dict[str, Any]()
    for app in of_type(apps, "single_action"):
        wanted = client.apps.inputs(app.id)
        if wanted and all(one.variable and one.input_type in TEXT_KINDS for one in wanted):
            writer, inputs = app, {one.variable: answer(one) for one in wanted}
            break
    return Stage(client, apps, writer, inputs, first(apps, "agent"), first(apps, "campaign"))


def may_run(apps: Sequence[App], base_url: str, named: Sequence[str] | None) -> list[App]:
    """The apps that may be run: those that are named, and without any named all of a service on this machine."""
    if named is not None:
        return [app for app in apps if app.id in named]
    host = urlsplit(base_url).hostname or ""
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_here = False
    return list(apps) if is_here else []


def answer(wanted: AppInput) -> str:
    """What an input is given: its first option, or the passage."""
    return str(wanted.options[0].value) if wanted.options else passage()


def run(stage: Stage) -> None:
    """A run, read whole."""
    app = needed(stage.writer, "single_action app whose inputs are texts")
    title(f"client.apps.run(…)    {app.name}, on a passage of {len(passage().split())} words")
    result = stage.client.apps.run(app.id, stage.inputs)
    say(result.text)
    print(f"    ({len(result.text.split())} words; conversation {result.conversation_id})")


def stream(stage: Stage) -> None:
    """The same run, printed as it arrives."""
    app = needed(stage.writer, "single_action app whose inputs are texts")
    title(f"client.apps.stream(…)    {app.name}, the same as it arrives")
    with stage.client.apps.stream(app.id, stage.inputs) as answering:
        pieces = print_as_it_arrives(answering)
    print(f"    (in {pieces} pieces)")


def check_invoice(stage: Stage) -> None:
    """A file for an agent app."""
    app = needed(stage.agent, "app of type agent")
    invoice = DATA / "invoice.csv"
    title(f"client.apps.stream_conversation(…, files=[Path('{invoice.name}')])    {app.name}")
    for line in invoice.read_text(encoding="utf-8").splitlines():
        print(f"    | {line}")
    message = "Please check this invoice."
    with stage.client.apps.stream_conversation(app.id, message, files=[invoice]) as answering:
        print_as_it_arrives(answering)


def converse(stage: Stage) -> None:
    """A greeting, then two turns: a choice and a form, as far as the app asks for them."""
    app = needed(stage.campaign, "app of type campaign")
    title(f"client.apps.conversation(…)    {app.name}")
    conversation = stage.client.apps.conversation(app.id)
    said(message="Hello")
    result = conversation.send("Hello")
    say(result.text)

    offered = next((message for message in reversed(result.messages) if message.choices), None)
    if offered is not None:
        several = is_object(offered.raw) and offered.raw.get("multipleOption") is True
        choices = [0, len(offered.choices) - 2] if several and len(offered.choices) > 2 else [0]
        said(choices=choices)
        result = conversation.send(choices=choices)
    else:
        said(message="Please tell me more.")
        result = conversation.send("Please tell me more.")
    say(result.text)

    form = next((message.form for message in reversed(result.messages) if message.form), None)
    if form is None:
        raise Skipped("the turn with a form, because the app has shown none")
    filled_in = {field.name: filled(field.type) for field in form if field.name}
    said(form=filled_in)
    say(conversation.send(form=filled_in).text)


def filled(kind: object) -> str:
    """A value for a field of a form."""
    if kind == "number":
        return "2"
    if kind == "date":
        return (datetime.now(UTC).date() + timedelta(days=14)).isoformat()
    return "Front desk"


def let_an_agent_choose(stage: Stage) -> None:
    """A LangChain agent with the apps as its tools. Its model is scripted: it chooses by the tools' names."""
    writer = needed(stage.writer, "single_action app whose inputs are texts")
    other = needed(stage.campaign or stage.agent, "second app to choose")
    title("langchain.agents.create_agent(model, AlliToolkit(…).get_tools())")
    # Loading LangChain takes longer than all steps before together, so it waits until here.
    from langchain.agents import create_agent
    from langchain_alli import AlliToolkit
    from langchain_alli.testing import ScriptedChatModel
    from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

    tools = AlliToolkit(client=stage.client, ids=[app.id for app in stage.apps[:MOST_TOOLS]]).get_tools()
    print(f"    tools: {', '.join(tool.name for tool in tools)}")
    request = f"Please make a {writer.name} of the passage below. Then make an {other.name} for a laptop."
    said(message=request)
    agent = create_agent(ScriptedChatModel(decide=decide), tools)
    messages = agent.invoke({"messages": [HumanMessage(f"{request}\n\n{passage()}")]})["messages"]
    for message in messages:
        if isinstance(message, AIMessage):
            for call in message.tool_calls:
                given = ", ".join(f"{name}={shorten(str(value), 40)!r}" for name, value in call["args"].items())
                print(f"    the agent calls {call['name']}({given})")
        elif isinstance(message, ToolMessage):
            say(message.text, mark="      ")
    say(f"answer: {messages[-1].text}")


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Is it a JSON object?"""
    return isinstance(value, Mapping)


def of_type(apps: Sequence[App], kind: str) -> list[App]:
    """The apps of a type."""
    return [app for app in apps if app.type == kind]


def first(apps: Sequence[App], kind: str) -> App | None:
    """The first app of a type."""
    return next(iter(of_type(apps, kind)), None)


def needed(app: App | None, what: str) -> App:
    """The app itself; without one the step is skipped."""
    if app is None:
        title(f"a step with a {what}")
        raise Skipped(f"this project has no {what}")
    return app


def passage() -> str:
    """The text that apps are given."""
    return (DATA / "passage.txt").read_text(encoding="utf-8").strip()


if __name__ == "__main__":
    sys.exit(main())
