"""How apps look on the wire: the v2 App, the v1 list's entry, and the inputs in a body that creates one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alli_emulator.apps.model import App, AppInput, AppInputOption, Citation, FormField
from alli_emulator.wire.dialect import CitationCase

__all__ = ["app_tool", "app_v1", "app_v2", "citation", "form_field", "inputs_of_created_app"]

_V1_TYPES = {"campaign": "skill"}
"""The v1 list's own word for a conversational app."""

_CATEGORY_LABELS = {
    "ja": {"GENERAL": "全般", "OTHERS": "その他", "HR": "人事", "LEGAL": "法務"},
    "ko": {"GENERAL": "일반", "OTHERS": "기타", "HR": "인사", "LEGAL": "법무"},
}
"""The v1 list translates the category by `locale`; other categories and locales keep the code."""


def app_v2(app: App) -> dict[str, object]:
    """An App of /webapi/v2/apps."""
    return {
        "id": app.id,
        "name": app.name,
        "description": app.description,
        "type": app.type,
        "category": app.category,
        "published": app.published,
        "agentPermission": app.agent_permission
        or {"accessAgents": [], "accessPermissionGroups": [], "viewAccessToAgent": True},
        "userPermission": app.user_permission or {"ownUserIds": [], "customerGroups": [], "viewAccessToUser": True},
    }


def app_v1(app: App, locale: str | None, base_url: str) -> dict[str, object]:
    """An entry of GET /webapi/apps; only single_action apps show inputs."""
    shown: dict[str, object] = {
        "id": app.id,
        "name": app.name,
        "type": _V1_TYPES.get(app.type, app.type),
        "description": app.description,
        "category": _CATEGORY_LABELS.get(locale or "", {}).get(app.category, app.category),
        "appFrom": "second_party",
        "appUrl": f"{base_url}/apps/{app.skill_id}",
    }
    if app.type == "single_action":
        shown["inputs"] = [_input(one) for one in app.inputs]
    return shown


def app_tool(app: App) -> dict[str, object]:
    """An entry of GET /webapi/agent_builder/single_action_app_tools. How the service makes `name` is not known."""
    return {
        "id": app.id,
        "name": f"app_{app.skill_id}",
        "display_name": app.name,
        "description": app.description or "",
        "single_action_inputs": [
            {"name": one.variable, "type": one.input_type, "description": one.label or one.variable}
            for one in app.inputs
        ],
    }


def _input(one: AppInput) -> dict[str, object]:
    shown: dict[str, object] = {"name": one.label or one.variable, "inputType": one.input_type, "value": one.variable}
    if one.placeholder is not None:
        shown["placeholder"] = one.placeholder
    return {**shown, "options": [{"name": option.name, "value": option.value} for option in one.options]}


def citation(source: Citation, case: CitationCase) -> dict[str, object]:
    """A citation in either spelling."""
    if case == "snake":
        return {
            "clue_id": source.clue_id,
            "source": source.source,
            "title": source.title,
            "kb_id": source.document_id,
            "page_no": source.page,
            "url": source.url,
            "text": source.text,
        }
    return {
        "clueId": source.clue_id,
        "source": source.source,
        "title": source.title,
        "knowledgeBaseId": source.document_id,
        "pageNo": source.page,
        "url": source.url,
        "text": source.text,
    }


def form_field(field: FormField) -> dict[str, object]:
    """A field of a form that is asked for (assumed shape)."""
    return {"name": field.name, "label": field.label or field.name, "type": field.type, "required": field.required}


def inputs_of_created_app(created: Mapping[str, Any]) -> list[AppInput]:
    """The inputs in `single_action_app_input` of POST /webapi/apps; an input without `value` is named by its `name`."""
    return [
        AppInput(
            variable=one.get("value") or one.get("name", ""),
            label=one.get("name", ""),
            input_type=one.get("input_type", "text"),
            placeholder=one.get("placeholder"),
            options=[
                AppInputOption(option.get("name", ""), option.get("value", "")) for option in one.get("options", [])
            ],
        )
        for one in created.get("inputs", [])
    ]
