"""The name that the service gives a file, made safe to use in a folder. No I/O.

It comes from whoever uploaded the file. As it stands it could leave the folder, hide the file, name a device of Windows, or write to the
terminal of whoever lists the folder.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

__all__ = ["content_type_of", "file_name_of", "name_without_one", "safe_name"]

MAX_BYTES: Final = 240
"""Longest name in UTF-8; most file systems take 255."""

_PARAMETER = re.compile(
    r""";\s*(?P<key>[\w!#$%&'*+.^`|~-]+?)(?P<star>\*?)\s*=\s*(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<token>[^;]*))"""
)
_EXTENDED = re.compile(r"(?P<charset>[\w.:-]+)'[\w-]*'(?P<text>.*)", re.DOTALL)
_NOT_IN_A_NAME = re.compile(r'[<>:"|?*]')
# In any order: what is left of ". .profile" must not be hidden either.
_BEFORE_A_NAME = re.compile(r"\A[\s.]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\..*)?", re.IGNORECASE)


def file_name_of(headers: Mapping[str, str]) -> str | None:
    """The name in `Content-Disposition` (RFC 6266), safe to use; None where the service gives none, or nothing is left of it."""
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(";" + headers.get("content-disposition", "").partition(";")[2]):
        key = match["key"].lower() + match["star"]
        quoted = match["quoted"]
        value = match["token"].strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        found.setdefault(key, value)
    for text in (_extended(found.get("filename*", "")), found.get("filename", "")):
        if name := safe_name(text):
            return name
    return None


def safe_name(text: str) -> str:
    """What is left of a name once it is safe in any folder; "" if nothing is."""
    name = re.split(r"[/\\]", text)[-1]
    name = "".join(each for each in name if unicodedata.category(each)[0] != "C")  # control, bidirectional, unassigned
    name = _BEFORE_A_NAME.sub("", _NOT_IN_A_NAME.sub("_", name)).rstrip().rstrip(". ")
    if _DEVICE.fullmatch(name):
        name = f"_{name}"
    return _shortened(name)


def content_type_of(headers: Mapping[str, str]) -> str | None:
    """The media type in lower case, without its parameters; None where the service gives none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() or None


def name_without_one(content_type: str | None) -> str:
    """A name for a file that the service gives none."""
    return f"download{mimetypes.guess_extension(content_type or '') or ''}"


def _extended(value: str) -> str:
    """The text of a value as RFC 8187 writes it: charset'language'percent-encoded."""
    match = _EXTENDED.fullmatch(value)
    if match is None:
        return ""
    try:
        return unquote(match["text"], match["charset"], "replace")
    except (LookupError, ValueError):  # no charset, or one that takes no replacements, as "idna"
        return ""


def _shortened(name: str) -> str:
    """A name that is not too long for file systems, with its ending."""
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > MAX_BYTES // 2:
        stem, dot, ending = name, "", ""
    kept = stem.encode()[: MAX_BYTES - len((dot + ending).encode())].decode("utf-8", "ignore")
    return kept.rstrip(". ") + dot + ending
