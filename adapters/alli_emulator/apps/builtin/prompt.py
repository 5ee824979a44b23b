"""What an app does that was made with POST /webapi/apps: it shows the prompt it would send to its model.

The emulator has no model. Filling the inputs into the app's messages is the part of such an app's work that can be done
without one, and it shows whether the inputs arrive where they should.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from alli_emulator.apps.model import AppRun, Handler

__all__ = ["prompt_preview"]

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}|\{(\w+)\}")


def prompt_preview(messages: Sequence[Mapping[str, str]]) -> Handler:
    """An app function that answers with the messages' text; `{{name}}` and `{name}` become the input of that name.

    A placeholder without an input stays as it is; what the user wrote comes last.
    """

    def handler(run: AppRun) -> str:
        def filled(found: re.Match[str]) -> str:
            return run.text_input(found[1] or found[2], found[0])

        parts = [_PLACEHOLDER.sub(filled, message.get("content", "")) for message in messages]
        return "\n\n".join(part for part in [*parts, run.message] if part) or "This app has no prompt yet."

    return handler
