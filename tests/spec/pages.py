"""What the vendor's pages print, field by field, written down from the pages and not from the spec.

`*` marks what the page calls required. Types as the page prints them ("any of string or null"); where two official
pages disagree, both. S2's page adds `inputs` and `user`, D:apps `single_action_app_input` (spec/README.md).
"""

from __future__ import annotations

__all__ = ["BODIES", "ERROR_CODES", "LIMITS", "OPERATIONS", "QUERIES", "RESPONSES"]

OPERATIONS: dict[str, tuple[str, str]] = {
    "GET /webapi/v2/apps": ("List Apps", "Get a list of apps. The apps are sorted by weight in descending order"),
    "GET /webapi/v2/apps/{app_id}": ("Get App By Id", "Get a specific app by ID."),
    "PATCH /webapi/v2/apps/{app_id}": ("Update App", "Update an app."),
    "POST /webapi/v2/apps/{app_id}/run_conversation": (
        "Run Conversation App",
        "Run a campaign app with streaming response.",
    ),
    "GET /webapi/v2/cognitive_config": ("Get Cognitive Config", "Return the project's cognitive_config as JSON."),
    "PATCH /webapi/v2/cognitive_config": ("Patch Cognitive Config", "Partial update of cognitive_config fields."),
    "GET /webapi/apps": ("", "App list search API allows you to see all single action and conversational apps"),
    "POST /webapi/apps": ("", ""),
    "POST /webapi/apps/{app_id}/run": ("Run LLM App", "Execute an LLM App via REST API. Supports JSON requests."),
    "POST /webapi/skill": ("Executing a Skill", "This API executes a skill and returns the final text answer as JSON"),
    "POST /webapi/start_conversation": (
        "Start Conversation",
        "Start a conversation using a Skill. Note: this endpoint",
    ),
    "POST /webapi/end_conversation_by_agent": (
        "End Conversation by Agent",
        "End a conversation from the agent side.",
    ),
    "POST /webapi/send_chat": ("Send Chat", "Send a message as the user for an existing conversation. Note:"),
}
"""Operation -> its heading and how its text begins; empty where the page has none."""

QUERIES: dict[str, list[tuple[str, str]]] = {
    "GET /webapi/v2/apps": [
        ("searchTerm", "string or null"),
        ("categories", "string[] or null"),
        ("type", "string or null"),
        ("published", "boolean or null"),
        ("pageSize", "integer"),
        ("cursor", "string or null"),
    ],
    "GET /webapi/apps": [
        ("published", "boolean or string"),
        ("id", "string[]"),
        ("user", "string"),
        ("locale", "string"),
    ],
}

BODIES: dict[str, list[tuple[str, str]]] = {
    "PATCH /webapi/v2/apps/{app_id}": [
        ("name", "string or null"),
        ("description", "string or null"),
        ("category", "string or null"),
        ("published", "boolean or null"),
        ("agentPermission", "object or null"),
        ("userPermission", "object or null"),
    ],
    "POST /webapi/v2/apps/{app_id}/run_conversation": [
        ("conversationId", "string or null"),
        ("message", "string or null"),
        ("choices", "string or null"),
        ("sendFormInput", "string or null"),
        ("files", "binary[]"),
        ("media_files", "binary[]"),
    ],
    "POST /webapi/apps": [
        ("user_id", "string"),
        ("type*", "string"),
        ("name*", "string"),
        ("description*", "string"),
        ("category*", "string"),
        ("published*", "boolean"),
        ("enabled*", "boolean"),
        ("single_action_app_input", "object"),
    ],
    "POST /webapi/apps/{app_id}/run": [
        ("inputs", "object"),
        ("mode", "enum"),
        ("isStateful", "boolean"),
        ("conversationId", "string"),
        ("llmModel", "string"),
        ("llmPromptId", "string"),
        ("gaPromptGroupId", "string"),
        ("temperature", "number"),
        ("requiredVariables", "string[]"),
    ],
    "POST /webapi/skill": [("id*", "string"), ("text*", "string"), ("variables", "object")],
    "POST /webapi/start_conversation": [("placement", "string")],
    "POST /webapi/end_conversation_by_agent": [("id*", "string")],
    "POST /webapi/send_chat": [("message*", "string"), ("conversationId*", "string")],
}

LIMITS: list[tuple[str, str, dict[str, object]]] = [
    ("GET /webapi/v2/apps", "pageSize", {"minimum": 1, "maximum": 100, "default": 50}),
    ("POST /webapi/apps/{app_id}/run", "mode", {"enum": ["sync", "stream"], "default": "sync"}),
    ("POST /webapi/apps/{app_id}/run", "isStateful", {"default": False}),
    ("POST /webapi/apps/{app_id}/run", "temperature", {"default": 0}),
    ("POST /webapi/send_chat", "message", {"minLength": 1}),
]

_APP = ["id*", "name*", "description", "type*", "category*", "published*"]

RESPONSES: dict[str, tuple[str, str, list[str]]] = {
    "GET /webapi/v2/apps": ("OK", "application/json", ["apps*", "cursor"]),
    "GET /webapi/v2/apps/{app_id}": ("OK", "application/json", _APP),
    "PATCH /webapi/v2/apps/{app_id}": ("OK", "application/json", _APP),
    "POST /webapi/v2/apps/{app_id}/run_conversation": ("OK", "", []),
    "GET /webapi/v2/cognitive_config": ("OK", "application/json", []),
    "PATCH /webapi/v2/cognitive_config": ("OK", "application/json", []),
    "GET /webapi/apps": ("get Apps API success response", "application/json", ["result"]),
    "POST /webapi/apps": ("create App API success response", "application/json", ["result"]),
    "POST /webapi/apps/{app_id}/run": (
        "Successfully executed the LLM App",
        "application/json",
        ["result", "error"],
    ),
    "POST /webapi/skill": ("Skill executed successfully", "application/json", ["result", "errors"]),
    "POST /webapi/start_conversation": ("Successfully started conversation", "application/json", ["result", "errors"]),
    "POST /webapi/end_conversation_by_agent": ("Conversation ended successfully", "application/json", ["errors"]),
    "POST /webapi/send_chat": ("Successfully sent chat", "application/json", ["errors"]),
}
"""Operation -> description and media type of its 200, and the fields of that body."""

ERROR_CODES: dict[str, list[int]] = {"400": [7003], "403": [7001, 7002, 7004], "405": [], "500": [7000]}
"""Status -> codes, from the table on S2's page."""
