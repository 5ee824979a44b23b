"""A request as it came, in the form in which recordings are kept and compared."""

from __future__ import annotations

import base64

from starlette.datastructures import UploadFile

from alli_emulator.recording.cassette import RecordedRequest, part_of
from alli_emulator.requests.exchange import Exchange
from alli_emulator.wire.wire_json import loads

__all__ = ["request_of"]


def request_of(exchange: Exchange) -> RecordedRequest:
    """What of a request decides on its answer."""
    query = sorted([name, value] for name, value in exchange.query.multi_items())
    told = RecordedRequest(exchange.method, exchange.path, query, exchange.user_id)
    if exchange.form is not None:
        files = [value.file for _, value in exchange.form.multi_items() if isinstance(value, UploadFile)]
        contents = iter(files)
        parts = [part_of(one, b"" if one.text is not None else next(contents).read()) for one in exchange.record.parts]
        for file in files:
            file.seek(0)
        return RecordedRequest(told.method, told.path, told.query, told.user_id, parts=parts)
    body = exchange.body()
    if not body:
        return told
    try:
        return RecordedRequest(told.method, told.path, told.query, told.user_id, json=loads(body))
    except ValueError:
        pass
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = base64.b64encode(body).decode()
    return RecordedRequest(told.method, told.path, told.query, told.user_id, text=text)
