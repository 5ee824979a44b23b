"""The methods that the 13 operations of the two first pages are called by, as the design has them. Methods of later ones need not be here."""

from __future__ import annotations

__all__ = ["FACADE"]

_RUN = [
    *("app_id", "inputs=None", "*", "message", "source", "conversation_id", "is_stateful"),
    *("llm_model", "llm_prompt_id", "ga_prompt_group_id", "temperature", "required_variables"),
]
_CONVERSATION = ["app_id", "message=None", "*", "conversation_id", "choices", "form", "files", "media_files"]

FACADE: dict[str, tuple[str, list[str], str | None]] = {
    "apps.list": (
        "GET /webapi/v2/apps",
        ["*", "search_term", "categories", "type", "published", "page_size", "cursor"],
        None,
    ),
    "apps.get": ("GET /webapi/v2/apps/{app_id}", ["app_id"], None),
    "apps.update": (
        "PATCH /webapi/v2/apps/{app_id}",
        ["app_id", "*", "name", "description", "category", "published", "agent_permission", "user_permission"],
        None,
    ),
    "apps.create": (
        "POST /webapi/apps",
        [
            *("*", "type", "name", "description", "category", "published", "enabled"),
            *("user_id", "single_action_app_input"),
        ],
        None,
    ),
    "apps.list_v1": ("GET /webapi/apps", ["*", "published", "id", "user", "locale"], None),
    "apps.run": ("POST /webapi/apps/{app_id}/run", _RUN, "RunResult"),
    "apps.stream": ("POST /webapi/apps/{app_id}/run", _RUN, "RunStream"),
    "apps.run_conversation": ("POST /webapi/v2/apps/{app_id}/run_conversation", _CONVERSATION, "RunResult"),
    "apps.stream_conversation": ("POST /webapi/v2/apps/{app_id}/run_conversation", _CONVERSATION, "RunStream"),
    "skills.run": ("POST /webapi/skill", ["id", "text", "variables=None"], "SkillResult"),
    "conversations.start": ("POST /webapi/start_conversation", ["placement=None"], "ConversationResult"),
    "conversations.send": ("POST /webapi/send_chat", ["conversation_id", "message"], "ConversationResult"),
    "conversations.end": ("POST /webapi/end_conversation_by_agent", ["conversation_id"], "ConversationResult"),
    "cognitive_config.get": ("GET /webapi/v2/cognitive_config", [], None),
    "cognitive_config.update": ("PATCH /webapi/v2/cognitive_config", ["fields"], None),
}
"""Method -> its operation, its parameters, and what it gives, where that isn't the 200 body's model."""
