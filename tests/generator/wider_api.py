"""The operations of the wider API that spec/ lacks, each in a few words: what it takes, what the overlay says, a call and what it gives.

What spec/ has already is tested by tests/alli/test_every_method.py. Fields are those of the vendor's pages as far as they are known; spec/README.md says
how sure such statements are, and nothing here is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.generator.mutation_changes import ref
from tests.generator.mutations import Inputs, original

__all__ = ["ROWS", "SPOKEN_OF", "Row", "wider"]

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "integer"}
NULLABLE: Json = {"anyOf": [TEXT, {"type": "null"}]}
ANY: Json = {"type": "object", "additionalProperties": True}
FILE: Json = {"type": "string", "format": "binary"}


def texts(*names: str, required: bool = True) -> Json:
    return {
        "type": "object",
        "properties": dict.fromkeys(names, TEXT),
        **({"required": list(names)} if required else {}),
    }


def some(items: Json) -> Json:
    return {"type": "array", "items": items}


def thing(needed: tuple[str, ...] = (), **properties: Json) -> Json:
    return {"type": "object", "properties": properties, **({"required": list(needed)} if needed else {})}


SCHEMAS: Json = {
    "ConversationCategory": texts("categoryId", "name"),
    "AgentResponse": texts("id", "lastName", "firstName", "email"),
    "MoveOutcome": thing(moved_kb_node_ids=some(TEXT), failed_kb_node_ids=some(TEXT)),
    "SingleDocument": thing(id=TEXT, documentName=TEXT, createdDate={"type": "string", "format": "date"}, hashtags=some(TEXT)),
    "DiffLine": thing(left=texts("status", "text", required=False), right=texts("status", "text", required=False), comment=TEXT),
    "RareStatus": {**texts("build_status", "job_status", "job_type"), "description": "How far a build is."},
    "Feedbacks": thing(query=TEXT, feedbacks=some(thing(document_id=TEXT, answer=TEXT, positive={"type": "boolean"}))),
    "Counts": thing(positiveCount=NUMBER, negativeCount=NUMBER),
    "FoundTitle": texts("projectId", "knowledgeBaseId", "title", required=False),
    "HashtagState": texts("id", "state", required=False),
    "UserOutcome": texts("ownUserId", "status", required=False),
    "AuditLog": thing(("id",), id=TEXT, createdAt=TEXT),
    "Word": thing(("nodeType", "input"), nodeType={"type": "string", "enum": ["wildcard"]}, input=TEXT),
    "Both": thing(("nodeType", "nodes"), nodeType={"type": "string", "enum": ["and"]}, nodes=some({"anyOf": [ref("Word"), ref("Both")]})),
    "ConversationInfo": {"type": "object", "properties": {"state": TEXT, "assignee": NULLABLE, "title": NULLABLE}},
    "CompletionChunk": thing(("delta",), delta=TEXT, index=NUMBER),
}  # fmt: skip


@dataclass
class Row:
    """One operation."""

    url: str
    """Method and path."""
    name: str
    """resource.method"""
    returns: str
    """Of the sync method, as in its signature."""
    answer: Any = None
    """Schema of the 200 answer; None for one without content, "file" for octets."""
    call: Json = field(default_factory=dict[str, Any])
    """Arguments."""
    answered: Any = b""
    """Body of the answer, JSON unless it is bytes."""
    gives: Any = None
    """What the call gives, models as their JSON, a page as its items, a file as its bytes."""
    query: dict[str, Json] = field(default_factory=dict[str, Json])
    body: Json | None = None
    sent: Any = None
    """JSON of the request."""
    block: Json = field(default_factory=dict[str, Any])

    @property
    def operation(self) -> Json:
        path = self.url.partition(" ")[2]
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        answer: Json = {"description": "Done"}
        if self.answer == "file":
            answer["content"] = {"application/octet-stream": {"schema": FILE}}
        elif self.answer is not None:
            answer["content"] = {"application/json": {"schema": self.answer}}
        made: Json = {
            "operationId": self.name.replace(".", "_"),
            "tags": [self.name.partition(".")[0]],
            "parameters": [
                *({"name": name, "in": "path", "required": True, "schema": TEXT} for name in names),
                *({"name": name, "in": "query", "schema": schema} for name, schema in self.query.items()),
            ],
            "responses": {"200": answer},
        }
        if self.body is not None:
            made["requestBody"] = {"required": True, "content": {"application/json": {"schema": self.body}}}
        return made


def free(url: str, name: str, *ids: str) -> Row:
    """An operation of which nothing but its place is known: it takes any object and gives one."""
    path = {each: f"{each}/1" for each in ids}
    if url.startswith("GET"):
        return Row(url, name, "dict[str, Any]", ANY, path, {"a": [1]}, {"a": [1]})
    call = {**path, "fields": {"x": 1}}
    block = {"body": {"argument": "fields"}}
    return Row(url, name, "dict[str, Any]", ANY, call, {"a": 1}, {"a": 1}, body=ANY, sent={"x": 1}, block=block)


V2, NODES = "/webapi/v2", "/webapi/v2/knowledge_base_nodes"
OFFSET = {"style": "offset", "param": "offset", "size": "limit"}
CHAT = {"id": "h", "message": "Hello"}
PERSON = {"id": "1", "lastName": "L", "firstName": "F", "email": "e"}
SPAN = {
    "createdAt": {"type": "string", "format": "date-time"},
    "beforeRange": {**NUMBER, "default": 31},
    "email": NULLABLE,
}

ROWS = [
    Row(f"POST {V2}/conversations/bulk_update", "conversations.bulk_update", "None", None, {"conversation_ids": ["c"], "title": "T"},
        body=thing(userIds=some(TEXT), conversationIds=some(TEXT), conversationInfo=ref("ConversationInfo")),
        sent={"conversationIds": ["c"], "conversationInfo": {"title": "T"}},
        block={"flatten": {"conversationInfo": ["state", "title"]}, "omit": ["userIds"]}),
    Row(f"PATCH {V2}/conversations/{{conversation_id}}", "conversations.update", "alli.ConversationDetails", ref("Conversation"),
        {"conversation_id": "c", "title": None}, {"id": "c", "title": "T"}, {"id": "c", "title": "T"},
        body=ref("ConversationInfo"), sent={"title": None}, block={"keep_null": True}),
    Row(f"GET {V2}/conversations/{{conversation_id}}/chats/{{chat_id}}", "conversations.chat", "alli.Chat", ref("Chat"),
        {"conversation_id": "c", "chat_id": "h"}, {"result": CHAT}, CHAT, block={"grade": "doc·P"}),
    Row(f"POST {V2}/conversations/{{conversation_id}}/chats/{{chat_id}}/feedback", "conversations.rate", "None", None,
        {"conversation_id": "c", "chat_id": "h", "fields": {"rating": True}}, b"", body=ANY, sent={"rating": True},
        block={"body": {"argument": "fields"}, "grade": "doc·P"}),
    Row(f"GET {V2}/conversation_categories", "categories.list", "list[alli.ConversationCategory]", thing(("categories",), categories=some(ref("ConversationCategory"))),
        {}, {"categories": [{"categoryId": "1", "name": "One"}]}, [{"categoryId": "1", "name": "One"}], block={"unwrap": "categories"}),
    Row(f"POST {V2}/conversation_categories", "categories.create", "alli.ConversationCategory", ref("ConversationCategory"), {"name": "One"},
        {"categoryId": "1", "name": "One"}, {"categoryId": "1", "name": "One"}, body=texts("name"), sent={"name": "One"}, block={"positional": ["name"]}),
    Row(f"DELETE {V2}/conversation_categories/{{conversation_category_id}}", "categories.delete", "None", None, {"category_id": "1"},
        block={"rename": {"conversation_category_id": "category_id"}, "idempotent": True}),
    Row(f"POST {NODES}/move/bulk", "documents.move", "alli.MoveOutcome", ref("MoveOutcome"), {"node_ids": ["1"], "target_folder_id": None, "keep_permission": True},
        {"moved_kb_node_ids": ["1"], "failed_kb_node_ids": []}, {"moved_kb_node_ids": ["1"], "failed_kb_node_ids": []},
        body=thing(("targetFolderId", "nodeIds", "keepCurrentPermission"), targetFolderId=NULLABLE, nodeIds=some(TEXT), keepCurrentPermission={"type": "boolean"}),
        sent={"targetFolderId": None, "nodeIds": ["1"], "keepCurrentPermission": True},
        block={"rename": {"keepCurrentPermission": "keep_permission"}, "order": ["node_ids"], "describe": {"nodeIds": "What to move."}, "source": "https://docs.allganize.ai/"}),
    free(f"POST {NODES}/upload_from_aws_s3", "documents.upload_from_s3"),
    free(f"POST {NODES}/upload_from_azure_blob", "documents.upload_from_azure"),
    Row(f"GET {NODES}/{{node_id}}", "documents.get", "alli.Document", ref("KnowledgeBaseNode"), {"document_id": "1"},
        {"result": {"id": "1", "title": "T"}}, {"id": "1", "title": "T"}, block={"rename": {"node_id": "document_id"}}),
    free(f"PUT {NODES}/{{node_id}}", "documents.update", "node_id"),
    free(f"GET {NODES}/{{node_id}}/text", "documents.text", "node_id"),
    Row(f"GET {NODES}/{{node_id}}/download", "documents.download", "alli.DownloadedFile", "file", {"node_id": "1"}, b"%PDF", b"%PDF", block={"answer": "file"}),
    free(f"GET {NODES}/{{node_id}}/preview", "documents.preview", "node_id"),
    free(f"POST {NODES}/content_search", "documents.search_content"),
    free(f"POST {NODES}/page_content_search", "documents.search_pages"),
    free(f"POST {V2}/folders", "folders.create"),
    free(f"GET {V2}/folders/{{folder_id}}", "folders.get", "folder_id"),
    free(f"PUT {V2}/folders/{{folder_id}}", "folders.update", "folder_id"),
    Row(f"DELETE {V2}/folders/{{folder_id}}", "folders.delete", "None", None, {"folder_id": "1"}),
    Row(f"POST {V2}/knowledge_base_diff", "documents.compare", "list[alli.DiffLine]", thing(("result",), result=some(ref("DiffLine"))), {"left_id": "1", "right_id": "2"},
        {"result": [{"comment": "c"}]}, [{"comment": "c"}], body=texts("leftId", "rightId"), sent={"leftId": "1", "rightId": "2"},
        block={"unwrap": "result", "positional": ["left_id", "right_id"]}),
    Row("GET /download_document_by_name/{project_id}", "documents.download_by_name", "alli.DownloadedFile", "file", {"project_id": "p", "filename": "a.pdf"},
        b"%PDF", b"%PDF", body=texts("filename", required=False), sent={"filename": "a.pdf"}, block={"answer": "file"}),
    Row("GET /webapi/single_document", "documents.details", "alli.SingleDocument", thing(result=ref("SingleDocument")), {"id": "1"},
        {"result": {"id": "1", "createdDate": "2026-11-28"}}, {"id": "1", "createdDate": "2026-11-28"}, query={"id": TEXT}, block={"unwrap": "result"}),
    Row(f"GET {V2}/rare/status", "rare.status", "alli.RareStatus", ref("RareStatus"), {}, {"build_status": "b", "job_status": "j", "job_type": "t"},
        {"build_status": "b", "job_status": "j", "job_type": "t"}, block={"wait": {"status": ["build_status"], "done": ["b"], "failed": ["f"], "interval": 0.01}}),
    free(f"POST {V2}/rare/build", "rare.build"),
    Row(f"POST {V2}/chat/completions", "completions.stream", "alli.RecordStream[alli.CompletionChunk]", ref("CompletionChunk"), {"messages": [{"a": 1}]},
        b'{"delta": "a"}\n{"delta": "b", "index": 1}\n', [{"delta": "a"}, {"delta": "b", "index": 1}], body=thing(("messages",), messages=some(ANY)),
        sent={"messages": [{"a": 1}]}, block={"stream": {"records": True}, "timeout": "run"}),
    Row("POST /webapi/faq/select_answer", "faq.select", "str", thing(result=TEXT), {"id": "1", "hash_id": "h"}, {"result": "Success"}, "Success",
        body=texts("id", "hashId", required=False), sent={"id": "1", "hashId": "h"}, block={"unwrap": "result"}),
    Row("POST /webapi/faq", "faq.search", "dict[str, Any]", ANY, {"query": "q", "max_results": 3}, {"result": []}, {"result": []},
        body=thing(query=TEXT, maxResults=NUMBER, autoRegisterCandidates={"type": "boolean"}), sent={"query": "q", "maxResults": 3, "autoRegisterCandidates": False},
        block={"method": None, "methods": {"search": {"set": {"autoRegisterCandidates": False}, "doc": "Find answers."}}, "omit": ["autoRegisterCandidates"]}),
    Row("POST /webapi/mrc/user_feedback", "mrc.rate", "alli.Counts", thing(result=thing(userFeedback=ref("Counts"))), {"id": "1", "answer": "a", "positive": None},
        {"result": {"userFeedback": {"positiveCount": 2}}}, {"positiveCount": 2}, body={**texts("id", "answer"), "properties": {"id": TEXT, "answer": TEXT, "positive": {"type": ["boolean", "null"]}}},
        sent={"id": "1", "answer": "a", "positive": None}, block={"unwrap": "result.userFeedback", "keep_null": True}),
    Row("GET /webapi/mrc_feedbacks", "mrc.feedbacks", "alli.Page[alli.Feedbacks]", thing(result=some(ref("Feedbacks"))), {"limit": 2},
        {"result": [{"query": "q"}]}, [{"query": "q"}], query={"offset": NUMBER, "limit": NUMBER}, block={"pagination": {**OFFSET, "items": "result"}}),
    free("POST /webapi/mrc", "mrc.search"),
    Row("POST /webapi/find_match", "answers.find_match", "dict[str, Any]", ANY, {"steps": ["faq", "mrc"]}, {"a": 1}, {"a": 1},
        body=thing(process_order=some(TEXT), faq_threshold={"type": "number"}), sent={"process_order": ["faq", "mrc"]},
        block={"rename": {"process_order": "steps"}, "types": {"process_order": "Sequence[str]"}}),
    Row("POST /webapi/keyword_search/pages", "keywords.pages", "dict[str, Any]", ANY, {"node": {"nodeType": "wildcard", "input": "x*"}}, {"a": 1}, {"a": 1},
        body=thing(("node",), node={"anyOf": [ref("Word"), ref("Both")]}, topN=NUMBER), sent={"node": {"nodeType": "wildcard", "input": "x*"}},
        block={"types": {"node": "Mapping[str, Any]"}}),
    Row("POST /webapi/keyword_search/documents", "keywords.documents", "dict[str, Any]", ANY, {"node": {"nodeType": "and", "nodes": []}}, {"a": 1}, {"a": 1},
        body=thing(("node",), node={"anyOf": [ref("Word"), ref("Both")]}, topN=NUMBER), sent={"node": {"nodeType": "and", "nodes": []}},
        block={"types": {"node": "Mapping[str, Any]"}}),
    Row("POST /webapi/keyword_search", "keywords.titles", "list[alli.FoundTitle]", thing(results=some(ref("FoundTitle"))), {"node": {"nodeType": "WILDCARD"}, "limit": 5},
        {"results": [{"title": "T"}]}, [{"title": "T"}], body=thing(("node",), node=ANY, topN=NUMBER), sent={"node": {"nodeType": "WILDCARD"}, "topN": 5},
        block={"unwrap": "results", "rename": {"topN": "limit"}}),
    Row("POST /webapi/kb_auto_hashtag_feedback", "hashtags.rate", "list[alli.HashtagState]", thing(result=some(ref("HashtagState"))), {"feedbacks": [{"id": "1", "state": "accepted"}]},
        {"result": [{"id": "1", "state": "accepted"}]}, [{"id": "1", "state": "accepted"}], body=thing(autoHashtagFeedbacks=some(ref("HashtagState"))),
        sent={"autoHashtagFeedbacks": [{"id": "1", "state": "accepted"}]}, block={"unwrap": "result", "rename": {"autoHashtagFeedbacks": "feedbacks"}}),
    Row("POST /webapi/kb_auto_hashtag", "hashtags.suggest", "dict[str, Any]", ANY, {"ids": ["1"]}, {"a": 1}, {"a": 1}, body=thing(ids=some(TEXT)), sent={"ids": ["1"]}),
    Row(f"GET {V2}/agents", "agents.list", "alli.Page[alli.Agent]", thing(("agents",), agents=some(ref("AgentResponse"))), {"limit": 5, "email": "e"}, {"agents": [PERSON]}, [PERSON],
        query={"offset": {**NUMBER, "default": 0}, "limit": {**NUMBER, "default": 100}, "email": NULLABLE}, block={"pagination": {**OFFSET, "items": "agents"}}),
    Row(f"GET {V2}/agents/{{agent_id}}", "agents.get", "alli.Agent", ref("AgentResponse"), {"agent_id": "a/1"}, PERSON, PERSON, block={"doc": "One of the people."}),
    Row(f"POST {V2}/users/bulk", "users.change", "list[alli.UserOutcome]", thing(result=some(ref("UserOutcome"))), {"action": "create", "users": [{"ownUserId": "u"}]},
        {"result": [{"ownUserId": "u", "status": "success"}]}, [{"ownUserId": "u", "status": "success"}], body=thing(("action",), action=TEXT, users=some(ANY)),
        sent={"action": "create", "users": [{"ownUserId": "u"}]}, block={"unwrap": "result"}),
    Row(f"GET {V2}/user/{{own_user_id}}", "users.get", "alli.ConversationUser", thing(result=ref("User")), {"own_user_id": "u"},
        {"result": {"userId": "u"}}, {"userId": "u"}, block={"unwrap": "result"}),
    Row("GET /webapi/agent_builder/single_action_app_tools/{tool_name}", "apps.tool", "alli.SingleActionAppTool", ref("SingleActionAppTool"), {"tool_name": "t"},
        {"id": "1", "name": "t"}, {"id": "1", "name": "t"}),
    Row(f"GET {V2}/audit/logs", "audit.list", "alli.Page[alli.AuditLog]", thing(("result", "count"), result=some(ref("AuditLog")), count=NUMBER), {"limit": 10, "before_range": 7},
        {"result": [{"id": "1"}], "count": 1}, [{"id": "1"}], query={**SPAN, "offset": NUMBER, "limit": {**NUMBER, "default": 10}},
        block={"pagination": {**OFFSET, "items": "result", "total": "count"}}),
    Row(f"GET {V2}/audit/logs/download", "audit.download", "alli.DownloadedFile", None, {"before_range": 7}, b"id,email\n1,e\n", b"id,email\n1,e\n", query=SPAN, block={"answer": "file"}),
    free(f"GET {V2}/llm_prompts", "prompts.list"),
    free(f"POST {V2}/multimodal/generate-file", "media.generate_file"),
    free(f"POST {V2}/multimodal/media-content", "media.content"),
]  # fmt: skip

SPOKEN_OF = [
    f"GET {V2}/conversations", f"GET {V2}/conversations/{{conversation_id}}", f"GET {V2}/conversations/{{conversation_id}}/chats",
    f"GET {V2}/conversations/{{conversation_id}}/running", f"POST {V2}/conversations/{{conversation_id}}/stop", f"POST {NODES}/upload", f"POST {NODES}/search",
    f"DELETE {NODES}/{{node_id}}", f"GET {V2}/ingestion_status/{{kb_id}}", f"GET {V2}/highlights/{{clue_id}}", "POST /webapi/retrieval",
    "POST /webapi/generative_answer", "GET /webapi/hashtags", f"GET {V2}/projects", "GET /webapi/agent_builder/single_action_app_tools",
]  # fmt: skip
"""The other operations of the wider API, which spec/ has already."""


def wider() -> Inputs:
    """spec/ and its overlay, and these operations with what the overlay says of them."""
    inputs = original()
    inputs.spec["components"]["schemas"].update(SCHEMAS)
    for row in ROWS:
        resource, _, method = row.name.partition(".")
        inputs.add(row.url, row.operation)
        block = {"resource": resource, "method": method, **row.block}
        inputs.annotate(row.url, {"x-alli-sdk": {key: value for key, value in block.items() if value is not None}})
    chunk = inputs.operation(f"POST {V2}/chat/completions")["responses"]["200"]
    chunk["content"] = {"application/x-ndjson": {"schema": ref("CompletionChunk")}}
    for name, block in (
        ("AgentResponse", {"class": "Agent", "names": {"lastName": "family_name"}, "hide": ["email"]}),
        ("CompletionChunk", {"hide": ["delta"]}),
    ):
        inputs.overlay["actions"].append({"target": f"$.components.schemas.{name}", "update": {"x-alli-sdk": block}})
    inputs.overlay["actions"].append(
        {"target": "$.x-alli-sdk.resources", "update": {"agents": {"doc": "The people who answer."}}}
    )
    return inputs
