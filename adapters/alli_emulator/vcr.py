"""Settings for pytest-recording and vcrpy, for those who keep their recordings that way.

    import alli_emulator
    import pytest

    @pytest.fixture(scope="module")
    def vcr_config():
        return alli_emulator.vcr_config()

The fixture belongs into conftest.py.
"""

from __future__ import annotations

from typing import Any

from alli_emulator.recording.redaction import REPLACED_KEY, Redaction

__all__ = ["vcr_config"]

IDENTITY = ("own-user-id", "user-email", "agent-email")
OTHER_SECRETS = ("authorization", "cookie", "proxy-authorization")


def vcr_config(*, ids: bool = False, emails: bool = False) -> dict[str, Any]:
    """Settings under which no cassette holds the API key, also where the service repeats it, or who asked.

    Args:
        ids: ids of apps, conversations and users get stand-ins, as with `python -m alli_emulator record --replace-ids`.
        emails: e-mail addresses do.
    """
    redaction = Redaction(ids=ids, emails=emails)

    def masked_key(key: str, value: str, request: Any) -> str:
        redaction.add_key(value)
        return REPLACED_KEY

    def before_request(request: Any) -> Any:
        request.uri = redaction.text(request.uri)
        if request.body:
            request.body = _masked(redaction, request.body)
        return request

    def before_response(response: dict[str, Any]) -> dict[str, Any]:
        headers = {
            name: [redaction.text(value) for value in values]
            for name, values in response["headers"].items()
            if name.lower() != "set-cookie"
        }
        body = response.get("body", {})
        content = body.get("string")
        return {
            **response,
            "headers": headers,
            "body": {**body, "string": _masked(redaction, content) if content else content},
        }

    return {
        "filter_headers": [
            ("api-key", masked_key),
            *((name, f"<{name.upper()}>") for name in IDENTITY),
            *OTHER_SECRETS,
        ],
        "before_record_request": before_request,
        "before_record_response": before_response,
        # What is compressed could not be looked through.
        "decode_compressed_response": True,
    }


def _masked(redaction: Redaction, body: bytes | str) -> bytes | str:
    if isinstance(body, str):
        return redaction.text(body)
    # Latin-1 takes any byte for one character.
    return redaction.text(body.decode("latin-1")).encode("latin-1", "replace")
