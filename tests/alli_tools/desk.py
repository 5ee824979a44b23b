"""What these tests work with: an emulated service with an app of each kind, its clients, and both ways of calling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alli import Alli, AsyncAlli
from alli_emulator import AppFailure, AppInput, AppInputOption, AppRun, Emulator, FormField, Reply
from alli_tools import AppTool, AppTools, Outcome, Tool, ToolOptions

Way = Literal["sync", "async"]
REWRITE = {"text": "a line", "tone": "formal"}
"""Arguments that the app "Rewrite" takes."""


@dataclass
class Desk:
    """What a test works with."""

    alli: Emulator
    client: Alli
    async_client: AsyncAlli

    def tools(self, **settings: Any) -> AppTools:
        """The tools of all apps, with both clients."""
        return AppTools(client=self.client, async_client=self.async_client, **settings)

    def tool(self, name: str, *, schema: object = None, **options: Any) -> AppTool:
        """The tool of the app of that display name."""
        app = next(app for app in self.client.apps.list(published=None) if app.name == name)
        return AppTool.from_app(
            app, client=self.client, async_client=self.async_client, schema=schema, options=ToolOptions(**options)
        )

    @property
    def runs(self) -> list[Any]:
        """The requests that ran an app."""
        return [request for request in self.alli.requests if request.method == "POST"]


async def call(way: Way, tool: Tool, arguments: Mapping[str, object]) -> Outcome:
    """`call` or `acall`, after the test's way."""
    return tool.call(arguments) if way == "sync" else await tool.acall(arguments)


def add_apps(alli: Emulator) -> None:
    """The apps these tests use."""
    tones = [AppInputOption("Plain", "plain"), AppInputOption("격식체", "formal")]

    @alli.app(
        name="Rewrite",
        type="single_action",
        inputs=[AppInput("text", "Text"), AppInput("tone", "Tone", "single", options=tones)],
    )
    def rewrite(run: AppRun) -> str:
        if run.text_input("text") == "fail":
            raise AppFailure("no such contract")
        return f"{run.text_input('tone')}: {run.text_input('text')}"

    @alli.app(name="Echo", type="single_action", inputs=[AppInput("text", "Text")])
    def echo(run: AppRun) -> str:
        return "|".join(f"{key}={value!r}" for key, value in sorted(run.inputs.items()))

    @alli.app(name="Chat", type="campaign")
    def chat(run: AppRun) -> str | Reply:
        return f"turn {run.conversation.turn} for {run.user_id or 'nobody'}: {run.message}"

    @alli.app(name="Order", type="campaign")
    def order(run: AppRun) -> str | Reply:
        if run.choices:
            return Reply("Where to?", form=[FormField("place", "Place"), FormField("note", required=False)])
        if run.form is not None:
            return f"To {run.form['place']} it is."
        return Reply("What do you want?", choices=["Lamp", "Chair"])
