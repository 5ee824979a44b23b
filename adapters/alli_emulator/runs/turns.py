"""One turn of an app: its steps folded into messages, and these shown as the service shows them. No I/O."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from alli_emulator.apps.conversations import Chat, Conversation
from alli_emulator.apps.ids import new_id
from alli_emulator.apps.model import App, Citation, FormField, Reply, Step
from alli_emulator.wire.dialect import Dialect
from alli_emulator.wire.wire_shapes import citation, form_field

__all__ = ["Message", "Turn", "draftjs"]


@dataclass(slots=True)
class Message:
    """One message of an answer while it grows. `replacement` is kept apart until the end of the turn."""

    id: str = field(default_factory=lambda: new_id("Chat"))
    text: str = ""
    sender: str = "BOT"
    completed: bool = False
    created_at: float = field(default_factory=time.time)
    citations: list[Citation] = field(default_factory=list[Citation])
    choices: Sequence[str] = ()
    multiple: bool = False
    form: Sequence[FormField] = ()
    replacement: str | None = None
    error: str | None = None


class Turn:
    """Takes the steps of an answer and says at any time what the wire would show.

    States of a turn on the wire: `running` until `finish()`, then `waiting` if the conversation goes on, else `end`.
    """

    def __init__(self, app: App, conversation: Conversation, dialect: Dialect, user_message: str) -> None:
        self._app = app
        self._conversation = conversation
        self._dialect = dialect
        self._finished = False
        self._ends = False
        self.messages: list[Message] = []
        if dialect.echo_user and user_message:
            self.messages.append(Message(text=user_message, sender="USER", completed=True))

    def add(self, step: Step) -> None:
        """Takes one step of the answer."""
        reply = Reply(step) if isinstance(step, str) else step
        if reply.new_message or not self.messages or self.messages[-1].sender != "BOT":
            if self.messages:
                self.messages[-1].completed = True
            self.messages.append(Message())
        message = self.messages[-1]
        if reply.snapshot is not None:
            message.text = reply.snapshot
        message.text += reply.text
        message.citations += reply.citations
        message.choices = reply.choices or message.choices
        message.multiple = reply.multiple or message.multiple
        message.form = reply.form or message.form
        message.error = reply.error or message.error
        if reply.replacement is not None:
            message.replacement = reply.replacement
        self._conversation.variables.update(reply.variables)
        self._ends = self._ends or reply.ends

    def finish(self, *, stays_open: bool) -> None:
        """No step comes any more: writes the turn into the conversation, which ends unless it is to stay open."""
        self._finished = True
        for message in self.messages:
            message.completed = True
        self._conversation.chats += self.chats()
        self._conversation.offered = max((len(message.choices) for message in self.messages), default=0)
        self._conversation.ended = self._ends or not stays_open

    def chats(self) -> list[Chat]:
        """What the app has said so far, as the conversation will hold it; replacements are made at the end."""
        return [
            Chat(
                message.id,
                "BOT",
                message.replacement if self._finished and message.replacement is not None else message.text,
                message.created_at,
                tuple(message.citations),
            )
            for message in self.messages
            if message.sender == "BOT"
        ]

    @property
    def text(self) -> str:
        """All the app said, replacements made, messages parted by an empty line."""
        return "\n\n".join(
            message.text if message.replacement is None else message.replacement
            for message in self.messages
            if message.sender == "BOT"
        )

    @property
    def state(self) -> str:
        """The conversation's state on the wire; the service's own words for it are not documented."""
        if not self._finished:
            return "running"
        return "end" if self._conversation.ended else "waiting"

    def run_result(self, variables: Sequence[str]) -> dict[str, object]:
        """`result` of POST /webapi/apps/{id}/run: once for sync, again and again for stream."""
        shown = [self._shown(message, replaced=self._finished) for message in self.messages]
        result: dict[str, object] = {
            "id": self._app.id,
            "name": self._app.name,
            "type": self._app.type,
            # A run writes `General` where the lists write `GENERAL`.
            "category": self._app.category.capitalize(),
            "conversation": {"id": self._conversation.id, "state": self.state},
        }
        if self._dialect.run_shape == "choices":
            # These have no sender, so an echo among them would be taken for an answer.
            answers = [one for one, message in zip(shown, self.messages, strict=True) if message.sender == "BOT"]
            result["choices"] = [{key: one[key] for key in ("id", "type", "message")} for one in answers]
        else:
            for one, message in zip(shown, self.messages, strict=True):
                one.update(sender=message.sender, createdAt=message.created_at)
            result["responses"] = shown
        if variables:
            known = self._conversation.variables
            result["variables"] = {name: known[name] for name in variables if name in known}
        return result

    def conversation_record(self) -> dict[str, object]:
        """A snapshot record of a conversation's stream; replacements are separate records, at the end.

        The service was seen to send answers without `sender` here; an echo has it, or nobody could tell it from an answer (assumed).
        """
        shown = [self._shown(message, replaced=False) for message in self.messages]
        for one, message in zip(shown, self.messages, strict=True):
            if message.sender != "BOT":
                one["sender"] = message.sender
        return {
            "result": {
                "conversation": {"id": self._conversation.id},
                "responses": shown,
                "state": self.state,
            }
        }

    def replacement_records(self) -> list[dict[str, object]]:
        """The records `final_replaced_message` that end a conversation's stream."""
        return [
            {"type": "final_replaced_message", "response_index": index, "content": self._formatted(message.replacement)}
            for index, message in enumerate(self.messages)
            if message.replacement is not None
        ]

    def _shown(self, message: Message, *, replaced: bool) -> dict[str, object]:
        text = message.replacement if replaced and message.replacement is not None else message.text
        shown: dict[str, object] = {
            "id": message.id,
            "type": "llm",
            "message": self._formatted(text),
            "completed": message.completed,
            "multipleOption": message.multiple,
            "citations": [citation(source, self._dialect.citation_case) for source in message.citations],
            "error": message.error,
        }
        if message.choices:
            # Named as the chats of start_conversation name their buttons; nobody has shown it for this endpoint.
            shown["chatOptionInfos"] = [{"shortenOption": text, "longOption": text} for text in message.choices]
        if message.form:
            shown["form"] = [form_field(one) for one in message.form]
        return shown

    def _formatted(self, text: str) -> str:
        return draftjs(text) if self._dialect.message_format == "draftjs" else text


def draftjs(text: str) -> str:
    """Text as the older service sends it: DraftJS raw content as a JSON string, one block per line."""
    blocks: list[dict[str, object]] = [
        {
            "key": f"{number:05x}",
            "type": "unstyled",
            "text": line,
            "depth": 0,
            "inlineStyleRanges": [],
            "entityRanges": [],
            "data": {},
        }
        for number, line in enumerate(text.split("\n"))
    ]
    return json.dumps({"blocks": blocks, "entityMap": {}}, ensure_ascii=False)
