"""What an app waits for after an answer: one of the choices it offers, or a form to fill in. Pure.

Source of the shapes: the vendor documents how a choice and a form are sent, not how they are offered; spec/README.md says
what is assumed of the latter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from alli import FormField, RunResult

from alli_tools.definition.text import sanitized

__all__ = ["Offer", "offer_in"]


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices or a form, or both.

    Attributes:
        choices: what can be chosen; a choice's index is its place, from 0.
        multiple: several may be taken.
        form: the fields to fill in, each with at least a `name`.
    """

    choices: tuple[str, ...] = ()
    multiple: bool = False
    form: tuple[Mapping[str, Any], ...] = ()

    def words(self, *, can_reply: bool, for_people: bool = False) -> str:
        """What is offered, and for a model how to take it."""

        def advice(how: str) -> str:
            return "" if for_people else self._advice(how, can_reply)

        parts: list[str] = []
        if self.choices:
            listed = "\n".join(f"{index}: {text}" for index, text in enumerate(self.choices))
            numbers = f"choices, a list of {'these numbers' if self.multiple else 'one of these numbers'}"
            parts.append(f"Choices:\n{listed}{advice(numbers if can_reply else 'the words of a choice')}")
        if self.form:
            listed = "\n".join(_line(field) for field in self.form)
            pairs = "form, a list of names and values" if can_reply else "lines of `name: value`"
            parts.append(f"Form to fill in:\n{listed}{advice(pairs)}")
        return "".join(f"\n\n{part}" for part in parts)

    def without_advice(self, text: str) -> str:
        """A text that has these words for a model, as people read it."""
        for can_reply in (True, False):
            text = text.replace(self.words(can_reply=can_reply), self.words(can_reply=can_reply, for_people=True))
        return text

    def choices_json(self) -> list[dict[str, object]]:
        """For the artifact."""
        return [{"index": index, "text": text} for index, text in enumerate(self.choices)]

    def form_json(self) -> list[dict[str, object]] | None:
        """For the artifact; None where there is no form."""
        return [dict(field) for field in self.form] or None

    def to_json(self) -> dict[str, object]:
        """The whole of it."""
        return {"choices": self.choices_json(), "multiple": self.multiple, "form": self.form_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Offer":
        """What `to_json` gave."""
        choices = tuple(str(choice["text"]) for choice in value["choices"])
        return cls(choices, bool(value["multiple"]), tuple(value["form"] or ()))

    @staticmethod
    def _advice(how: str, can_reply: bool) -> str:
        return f"\n(To answer, call this tool again with {how}{'' if can_reply else ' as the message'}.)"


def offer_in(result: RunResult) -> Offer | None:
    """What the newest message that offers something offers; None where none does, or the conversation is over."""
    if result.state == "end":
        return None
    for message in reversed(result.messages):
        choices = tuple(sanitized(choice.text) for choice in message.choices)
        form = tuple(_field(field) for field in message.form or () if sanitized(field.name))
        if choices or form:
            raw: Any = message.raw
            # Only the raw layer's model has a name for this word of the service.
            multiple = isinstance(raw, Mapping) and cast("Mapping[str, Any]", raw).get("multipleOption") is True
            return Offer(choices, multiple, form)
    return None


def _field(field: FormField) -> Mapping[str, Any]:
    """What is known of a field, and what else came with it."""
    known = {name: value for name, value in field.to_dict().items() if value is not None}
    return {**cast("Mapping[str, Any]", field.raw), **known}


def _line(field: Mapping[str, Any]) -> str:
    name, label = sanitized(field["name"]), sanitized(field.get("label"))
    kind = sanitized(field.get("type")) or "text"
    needed = "" if field.get("required") is False else ", required"
    return f"{name}{f' ({label})' if label and label != name else ''}: {kind}{needed}"
