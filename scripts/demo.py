"""Shows the SDK at work: lists apps, runs them, streams, talks, and lets an agent use them.

Asks the emulator, or the real service where ALLI_API_KEY is set. Apps are chosen by their type from the list, so the
same program serves both; what a project has no app for is skipped, and said.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any, TypeGuard

from alli import Alli, AlliError, App, AppInput, RunResult, RunStream

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage

__all__ = ["main"]

DATA = Path(__file__).parent / "demo_data"
WIDTH = 100  # characters of a line
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
            return show(client)
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


def show(client: Alli) -> int:
    """Shows all steps; one that fails does not keep the others from being shown."""
    stage = list_apps(client)
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


def list_apps(client: Alli) -> Stage:
    """Prints the apps and chooses those that the other steps use."""
    title("client.apps.list()")
    apps = [app for app in client.apps.list(published=True) if app.id]
    for app in apps[:FIRST]:
        print(f"    {app.type or '-':<14} {app.name}: {shorten(str(app.description or '-'), 70)}")
    if len(apps) > FIRST:
        print(f"    … and {len(apps) - FIRST} more")
    writer, inputs = None, dict[str, Any]()
    for app in of_type(apps, "single_action"):
        wanted = client.apps.inputs(app.id)
        if wanted and all(one.variable and one.input_type in TEXT_KINDS for one in wanted):
            writer, inputs = app, {one.variable: answer(one) for one in wanted}
            break
    return Stage(client, apps, writer, inputs, first(apps, "agent"), first(apps, "campaign"))


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

    options = asked_for(result, "chatOptionInfos")
    if options:
        choices = [0, len(options) - 2] if len(options) > 2 and asked_for(result, "multipleOption") else [0]
        said(choices=choices)
        result = conversation.send(choices=choices)
    else:
        said(message="Please tell me more.")
        result = conversation.send("Please tell me more.")
    say(result.text)

    fields = asked_for(result, "form")
    if not isinstance(fields, list):
        raise Skipped("the turn with a form, because the app has shown none")
    form = {str(field["name"]): filled(field.get("type")) for field in fields if is_object(field) and "name" in field}
    said(form=form)
    say(conversation.send(form=form).text)


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


def decide(messages: Sequence[BaseMessage], tools: Sequence[Mapping[str, Any]]) -> AIMessage | str:
    """The model: calls one after the other the tools whose names the request mentions, then sums up."""
    from langchain_alli.testing import call_tool
    from langchain_core.messages import HumanMessage, ToolMessage

    request, _, text = next(message.text for message in messages if isinstance(message, HumanMessage)).partition("\n\n")
    answers = [message.text for message in messages if isinstance(message, ToolMessage)]
    words = request.lower().replace(".", "").split()
    wanted = [tool for tool in tools if (spoken := name_words(tool["name"])) and all(word in words for word in spoken)]
    wanted.sort(key=lambda tool: words.index(name_words(tool["name"])[0]))
    if len(answers) < len(wanted):
        tool = wanted[len(answers)]
        arguments = {
            name: request if name == "message" else schema.get("enum", [text])[0]
            for name, schema in tool["parameters"]["properties"].items()
        }
        return call_tool(tool["name"], **arguments)
    if not wanted:
        return "None of the tools has a name that the request mentions."
    return f"I have asked {len(answers)} apps. " + " And: ".join(shorten(one, 120, placeholder=" …") for one in answers)


def name_words(tool: str) -> list[str]:
    """The words in a tool's name; the first part of a name is `alli`, the last tells apps of one name apart."""
    return tool.split("_")[1:-1]


def asked_for(result: RunResult, key: str) -> Any:
    """What the last message that has `key` says there; None where none has. Not in the vendor's document, so not in RunResult."""
    found = [message.raw[key] for message in result.messages if is_object(message.raw) and message.raw.get(key)]
    return found[-1] if found else None


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


def title(text: str) -> None:
    """Begins a step."""
    print(f"\n==> {text}")


def said(**what: object) -> None:
    """Prints what the user says to an app."""
    print(f"    you: {', '.join(f'{name}={value!r}' for name, value in what.items())}")


def say(text: str, mark: str = "    ") -> None:
    """Prints an answer in lines of WIDTH."""
    for line in text.splitlines():
        print(fill(line, WIDTH, initial_indent=mark, subsequent_indent=mark))


def print_as_it_arrives(answering: RunStream) -> int:
    """Prints a stream bit by bit, in lines of WIDTH; gives the number of pieces."""
    pieces, column = 0, 0
    for event in answering:
        if event.type == "text.delta":
            pieces += 1
            for word in re.findall(r"\S+|\s+", event.text):
                column = print_word(word, column)
        elif event.type == "text.replaced":
            print("\n    (replaced by:)")
            say(event.text)
            column = 0
    if column:
        print()
    return pieces


def print_word(word: str, column: int) -> int:
    """Prints a word, or the space between two, in a line that has `column` characters; gives how many it has now."""
    if word.isspace():
        word = "\n" if "\n" in word else " "
    elif column + len(word) > WIDTH:
        print()
        column = 0
    if column == 0:
        word = f"    {word}"
    print(word, end="", flush=True)
    return 0 if word.endswith("\n") else column + len(word)


if __name__ == "__main__":
    sys.exit(main())
