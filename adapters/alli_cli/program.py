"""The commands and their options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from alli import Alli, AlliError

from alli_cli.app_inputs import InputError, parse_inputs
from alli_cli.checks import examine
from alli_cli.chosen_app import AppChoiceError, choose_app
from alli_cli.mapping import MapOptions, map_table
from alli_cli.running import run_app
from alli_cli.terminal import (
    FAILED,
    OUTCOME_UNKNOWN,
    STOPPED,
    OutputError,
    ReaderGone,
    complain,
    open_missing_streams,
    print_json,
    print_table,
    status_of,
    write,
)

__all__ = ["program", "run_program"]

program = typer.Typer(
    name="alli",
    help="Look after an Alli project's key and apps, and run an app. The key comes from ALLI_API_KEY.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # their frames show local variables
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def run_program(arguments: Sequence[str]) -> int:
    """Runs the program; returns the exit status, which `alli_cli` documents."""
    open_missing_streams()
    try:
        status = program(list(arguments), prog_name="alli", standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return STOPPED
    except ReaderGone:
        return 0
    except OutputError as error:
        complain(str(error))
        return FAILED
    except (InputError, AppChoiceError) as error:
        complain(str(error))
        return 2
    except AlliError as error:
        complain(str(error))
        return status_of(error)
    except Exception as error:  # noqa: BLE001 - typer's own errors have no public name; others are raised again
        return _usage(error)
    return status if isinstance(status, int) else 0


def _usage(error: Exception) -> int:
    """The status of a wrong command line, which is shown with its usage; any other exception goes on."""
    show, status = getattr(error, "show", None), getattr(error, "exit_code", None)
    if show is None or not isinstance(status, int):
        raise error
    show()
    return status


def _print_version(wanted: bool) -> None:
    if wanted:
        write(f"alli-sdk {version('alli-sdk')}\n")
        raise typer.Exit


# Help stands in the decorators, not in docstrings, which `python -OO` drops.
@program.callback(help="Look after an Alli project's key and apps, and run an app. The key comes from ALLI_API_KEY.")
def alli(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@program.command(help="Check key, region, proxy, certificate and clock, and say what to do. Runs no app.")
def doctor(json: Json = False) -> None:
    found = list(examine())
    if json:
        print_json([asdict(finding) for finding in found])
    else:
        print_table(["check", "", "found"], [[one.check, one.status, one.text] for one in found], {"check": "bold"})
        for one in found:
            if one.advice:
                write(f"\n{one.check}: {one.advice}\n")
        if all(one.status == "ok" for one in found):
            write("\nEverything is set up.\n")
    if any(one.status == "problem" for one in found):
        _leave(FAILED)


@program.command(help="List the apps of the project.")
def apps(
    search: Annotated[str | None, typer.Option("--search", "-s", help="Only apps whose name contains this.")] = None,
    type: Annotated[str | None, typer.Option("--type", "-t", help="single_action, campaign or agent.")] = None,
    all: Annotated[bool, typer.Option("--all", help="Also apps that are not published.")] = False,
    json: Json = False,
) -> None:
    with Alli() as client:
        found = list(client.apps.list(search_term=search, type=type, published=None if all else True))
    if json:
        for app in found:
            print_json(app.to_dict())
        return
    if not found:
        complain("no app matches; --all also lists those that are not published")
        return
    rows = [[str(app.id), str(app.type or "-"), str(app.name or "-"), str(app.description or "")] for app in found]
    print_table(["id", "type", "name", "description"], rows, {"type": "cyan", "name": "bold"})


@program.command(help="Run an app and print its answer. With --stream --json, prints one event per line.")
def run(
    app: Annotated[str, typer.Argument(help="Id of the app, or its exact name.", show_default=False)],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", "-i", metavar="NAME=VALUE", help="An input; NAME=@FILE takes what is in a file. Repeatable."
        ),
    ] = None,
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="What to say to a campaign or an agent.")
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--file", "-f", exists=True, dir_okay=False, help="A file for a campaign or an agent. Repeatable."
        ),
    ] = None,
    conversation: Annotated[str | None, typer.Option(help="Continue the conversation of this id.")] = None,
    user: Annotated[str | None, typer.Option(help="The end user that the app runs for.")] = None,
    stream: Annotated[bool, typer.Option("--stream", help="Print the answer while it arrives.")] = False,
    json: Json = False,
) -> None:
    values = parse_inputs(inputs or [])
    with Alli(user_id=user) as client:
        chosen = choose_app(client, app)
        try:
            run_app(
                client,
                chosen,
                values,
                message=message,
                files=files or [],
                conversation_id=conversation,
                stream=stream,
                json=json,
            )
        except OutputError as error:
            complain(f"{error}; the app may have run, so look before you run it again")
            _leave(OUTCOME_UNKNOWN)


@program.command(
    "map",
    help="Run an app for every row of a table. Exits with 0 when all rows are done, with 1 when some failed.",
)
def map_rows(
    app: Annotated[str, typer.Argument(help="Id of the app, or its exact name.", show_default=False)],
    table: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="A .csv, .jsonl or .parquet file; its columns are the app's inputs."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", dir_okay=False, help="JSON Lines with the answers; the same file continues a job."),
    ],
    concurrency: Annotated[int, typer.Option("--concurrency", "-c", min=1, help="Rows sent at a time.")] = 16,
    key: Annotated[
        str | None, typer.Option(help="The column that tells the rows apart; by default their place does.")
    ] = None,
    file: Annotated[
        list[str] | None, typer.Option("--file", "-f", help="A column that holds paths of files. Repeatable.")
    ] = None,
    per_minute: Annotated[float | None, typer.Option(help="Calls that may begin in a minute.")] = None,
    stop_after: Annotated[int | None, typer.Option(min=1, help="Stop once so many rows have failed.")] = None,
    max_calls: Annotated[int | None, typer.Option(min=1, help="Make so many calls at most.")] = None,
    retry_unknown: Annotated[
        bool, typer.Option("--retry-unknown", help="Send rows again that may have run; the app may run twice.")
    ] = False,
    user: Annotated[str | None, typer.Option(help="The end user that the app runs for.")] = None,
    json: Json = False,
) -> None:
    options = MapOptions(
        out=out,
        concurrency=concurrency,
        key=key,
        per_minute=per_minute,
        stop_after=stop_after,
        max_calls=max_calls,
        retry_unknown=retry_unknown,
        files=file or [],
    )
    with Alli(user_id=user) as client:
        if not map_table(client, choose_app(client, app), table, options, json=json):
            _leave(FAILED)


def _leave(status: int) -> NoReturn:
    raise typer.Exit(status)
