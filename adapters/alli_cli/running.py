"""`alli run`: one call of an app, its answer as text or JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from alli import Alli, App, RunResult, RunStream

from alli_cli.app_inputs import InputError, kinds_of_inputs, read_inputs
from alli_cli.terminal import complain, print_json, write

__all__ = ["run_app"]


def run_app(
    client: Alli,
    app: App,
    inputs: Mapping[str, str],
    *,
    message: str | None = None,
    files: Sequence[Path] = (),
    conversation_id: str | None = None,
    stream: bool = False,
    json: bool = False,
) -> None:
    """Runs the app and prints its answer: at the end, or with `stream` as it arrives.

    With inputs by name, `apps.run` is called. Otherwise it is one turn of a conversation.

    Raises:
        InputError: an input can't be sent as it was typed.
        AlliError: from the call.
    """
    app_id = str(app.id)
    if inputs or app.type == "single_action":
        if files:
            raise InputError("-f is for conversations; pass a file to this app with -i name=@file")
        kinds = kinds_of_inputs(client, app)
        if kinds and not inputs and message is None:
            raise InputError(f"{app.name or app_id} takes inputs: {', '.join(kinds)}; pass them with -i name=value")
        values = read_inputs(inputs, kinds)
        if stream:
            _print_stream(
                client.apps.stream(app_id, values, message=message, conversation_id=conversation_id), json=json
            )
        else:
            _print_result(client.apps.run(app_id, values, message=message, conversation_id=conversation_id), json=json)
        return
    paths = list(files) or None
    if stream:
        _print_stream(
            client.apps.stream_conversation(app_id, message, conversation_id=conversation_id, files=paths), json=json
        )
    else:
        _print_result(
            client.apps.run_conversation(app_id, message, conversation_id=conversation_id, files=paths), json=json
        )


def _print_result(result: RunResult, *, json: bool) -> None:
    if json:
        print_json(result.to_dict())
    else:
        write(f"{result.text}\n" if result.text else "")
        if not result.text:
            complain("the app answered without text; --json prints all that came")


def _print_stream(stream: RunStream, *, json: bool) -> None:
    with stream:
        if json:
            for event in stream:
                print_json(event.to_dict())
            return
        message = 0
        for event in stream:
            if event.type == "text.delta":
                if event.index != message:
                    write("\n\n")
                    message = event.index
                write(event.text)
            elif event.type == "text.replaced":
                write(f"\n\n(the app replaced this by:)\n{event.text}")
        write("\n")
