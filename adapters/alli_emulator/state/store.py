"""All the emulator remembers while it runs: apps, conversations and the cognitive config."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.ids import make_id, stable_id
from alli_emulator.apps.model import App

__all__ = ["Store"]


class Store:
    """Apps, conversations and config. Apps may be added from any thread while requests are served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._apps: dict[str, App] = {}
        self._conversations: dict[str, Conversation] = {}
        self._history: dict[tuple[str, str], list[Conversation]] = {}
        self._config: dict[str, object] = {}

    def apps(self) -> list[App]:
        """All apps, in the order of the lists: by weight, highest first; equal weights in the order of registration."""
        with self._lock:
            return sorted(self._apps.values(), key=lambda app: -app.weight)

    def add(self, app: App) -> App:
        """Registers an app and returns it; where an app of its name has its id, or had its name, under a new id.

        Raises:
            ValueError: an app of another name has the id that was given to this one.
        """
        # An app that was renamed keeps the id made of its old name, under which a new one may come.
        is_of_name = app.id == stable_id("LLMApp", app.name)
        with self._lock:
            number = 0
            while (taken := self._apps.get(app.id)) is not None:
                if taken.name != app.name and not is_of_name:
                    raise ValueError(f"Emulator: app id {app.id} is taken; leave `id` out to get a free one")
                number += 1
                app = replace(app, id=stable_id("LLMApp", f"{app.name}/{number}"))
            self._apps[app.id] = app
        return app

    def reset(self, apps: Iterable[App]) -> None:
        """Forgets everything, and holds these apps."""
        with self._lock:
            self._apps = {app.id: app for app in apps}
            self._conversations.clear()
            self._history.clear()
            self._config.clear()

    def remove(self, apps: Iterable[App]) -> None:
        """Forgets apps; their conversations stay."""
        with self._lock:
            for app in apps:
                self._apps.pop(app.id, None)

    def ids(self) -> set[str]:
        """The ids of all apps and conversations."""
        with self._lock:
            return {*self._apps, *self._conversations}

    def app(self, app_id: str) -> App | None:
        """The app with this id; padding may be missing."""
        with self._lock:
            return self._apps.get(app_id) or self._apps.get(app_id + "=" * (-len(app_id) % 4))

    def app_by_skill_id(self, skill_id: str) -> App | None:
        """The app behind the id in a dashboard URL; an app id is taken too."""
        return self.app(make_id("LLMApp", skill_id)) or self.app(skill_id)

    def app_by_placement(self, placement: str | None) -> App | None:
        """The first published conversational app, or the one with this placement."""
        for app in self.apps():
            conversational = app.type not in ("single_action", "agent")
            if conversational and app.published and placement in (None, "", app.placement):
                return app
        return None

    def change(self, app: App, changes: Mapping[str, Any]) -> App:
        """Replaces fields of an app and returns it as it is now."""
        with self._lock:
            self._apps[app.id] = changed = replace(self._apps[app.id], **changes)
        return changed

    def conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation with this id."""
        with self._lock:
            return self._conversations.get(conversation_id)

    def conversations(self) -> list[Conversation]:
        """All conversations, oldest first."""
        with self._lock:
            return [*self._conversations.values()]

    def start(self, app: App, user_id: str | None) -> Conversation:
        """A new conversation with `app`."""
        conversation = Conversation(app_id=app.id, user_id=user_id)
        with self._lock:
            self._conversations[conversation.id] = conversation
            if user_id is not None:
                self._history.setdefault((app.id, user_id), []).append(conversation)
        return conversation

    def history(self, app_id: str, user_id: str | None) -> tuple[Conversation, ...]:
        """All conversations of a user with an app, oldest first; those without a user belong to nobody."""
        with self._lock:
            return tuple(self._history.get((app_id, user_id), ())) if user_id is not None else ()

    def config(self, changes: Mapping[str, object] | None = None) -> dict[str, object]:
        """The cognitive config, after `changes` were merged in."""
        with self._lock:
            self._config.update(changes or {})
            return dict(self._config)
