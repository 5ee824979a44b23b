"""A project that keeps documents: what the guide on them uploads can be found, replaced and deleted."""

from __future__ import annotations

from typing import Any

from alli_emulator import Emulator, RequestRecord

__all__ = ["keep_documents"]

NODES = "/webapi/v2/knowledge_base_nodes"


def keep_documents(service: Emulator) -> dict[str, str]:
    """Serves the operations on documents, and gives the names of those that are kept, by id.

    The first status of a document is that it is being read, all later ones that it can be found.
    """
    names: dict[str, str] = {}
    asked: set[str] = set()
    uploads: list[str] = []

    def upload(request: RequestRecord) -> Any:
        uploads.append(request.form["fileName"])
        new = f"d{len(uploads)}"
        names[new] = uploads[-1]
        return [{"result": {"id": new, "name": uploads[-1]}}]

    def status(request: RequestRecord) -> Any:
        document = request.path_params["kb_id"]
        assert document in names
        first = document not in asked
        asked.add(document)
        return {"status": "parsing" if first else "completed"}

    def search(request: RequestRecord) -> Any:
        term = request.json["filter_"]["searchTerm"]
        return {"result": [{"id": one, "name": name, "cursor": one} for one, name in names.items() if term in name]}

    def delete(request: RequestRecord) -> None:
        del names[request.path_params["node_id"]]

    passages = [{"ranking": 1, "title": "leave.txt", "text": "Everybody has 15 days of leave a year.", "page_no": 1}]
    service.answer("POST", f"{NODES}/upload", json=upload)
    service.answer("POST", f"{NODES}/search", json=search)
    service.answer("DELETE", NODES + "/{node_id}", json=delete, undocumented=True)
    service.answer("GET", "/webapi/v2/ingestion_status/{kb_id}", json=status)
    service.answer("POST", "/webapi/retrieval", json={"result": passages})
    return names
