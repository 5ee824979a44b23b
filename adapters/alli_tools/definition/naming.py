"""Names that every model provider takes, for apps and variables that are called whatever their authors liked.

The model providers agree on `^[a-z][a-z0-9_]{0,63}$` and on little more, and a name one of them
refuses fails the whole request, not the one tool. Hosts put a prefix of their own before a tool's name
(`mcp__alli__`), so tools take 48 characters at most. An app's name is therefore a readable part, as far as its display
name has any ASCII letters, and a digest of its id, which tells two apps of one name apart. It depends on that app
alone: what else is in the list, and in which order, changes nothing.
"""

import base64
import hashlib
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

__all__ = ["KEY_PATTERN", "NAME_PATTERN", "Naming", "argument_keys", "check_name", "is_key", "is_name", "tool_name"]

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,47}$"
"""What tool names match."""
KEY_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"
"""What argument keys match."""

Naming = Literal["name", "id"]
"""`name`: display name and digest (changes when the app is renamed). `id`: digest only (never changes)."""

_LONGEST_NAME = 48
_LONGEST_KEY = 64
_TOOL_DIGEST = 8  # base32 characters, 40 bits: no collision among 200 000 ids, where 5 characters gave five
_KEY_DIGEST = 6
_PREFIX = "alli_"

# LangChain fills, drops or trips over parameters of these names; `message` is the chat message to the app.
_RESERVED = {
    "args", "callbacks", "choices", "cls", "config", "form", "kwargs", "message", "run_manager", "runtime", "self",
    "state", "store", "tool_call_id",
}  # fmt: skip
# A field that hides an attribute of pydantic's BaseModel is a warning or an error in every framework that makes models of
# arguments. Names that begin with `model_` never come about (tests/langchain_alli/test_schema.py compares this with pydantic).
_TAKEN_BY_PYDANTIC = {
    "construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json",
    "update_forward_refs", "validate",
}  # fmt: skip


def tool_name(app_id: str, display_name: str, naming: Naming = "name") -> str:
    """`alli_{slug}_{digest}`, or `alli_{digest}` where the display name has no ASCII letter or digit."""
    digest = _digest(app_id, _TOOL_DIGEST)
    slug = "" if naming == "id" else _slug(display_name, _LONGEST_NAME - len(_PREFIX) - 1 - _TOOL_DIGEST)
    return f"{_PREFIX}{slug}_{digest}" if slug else f"{_PREFIX}{digest}"


def is_name(text: str) -> bool:
    """Does `text` match `NAME_PATTERN`?"""
    return re.fullmatch(NAME_PATTERN, text) is not None and not text.endswith("\n")


def is_key(text: str) -> bool:
    """Does `text` match `KEY_PATTERN`?"""
    return re.fullmatch(KEY_PATTERN, text) is not None and not text.endswith("\n")


def check_name(name: str, *, of: str) -> str:
    """`name` itself.

    Raises:
        ValueError: it does not match `NAME_PATTERN`; `of` says whose name it is.
    """
    if not is_name(name):
        raise ValueError(
            f"{of}: tool name {name!r} does not match {NAME_PATTERN}; "
            "give lower-case ASCII letters, digits and _, beginning with a letter, 48 at most"
        )
    return name


def argument_keys(variables: Iterable[str]) -> dict[str, str]:
    """One key per variable: variable → key, all keys different and all matching `KEY_PATTERN`.

    A variable that is a fit key stays as it is. Any other gets its ASCII part in lower case, and a digest of the
    variable where that would be reserved, empty or shared with another variable. The order does not matter.
    """
    slugs = {variable: _key_slug(variable) for variable in variables}
    salt = 0
    keys = _keys(slugs, salt)
    while len(set(keys.values())) < len(keys):  # an app may have a variable called as the key made for another
        salt += 1
        keys = _keys(slugs, salt)
    return keys


def _keys(slugs: Mapping[str, str], salt: int) -> dict[str, str]:
    uses = Counter(slugs.values())
    keys: dict[str, str] = {}
    for variable, slug in slugs.items():
        plain = slug == variable or uses[slug] == 1
        keys[variable] = slug if plain and not _is_reserved(slug) else _with_digest(slug, variable, salt)
    return keys


def _is_reserved(key: str) -> bool:
    # A keyword (class, from) can't be a parameter of a function.
    return not key or key in _RESERVED or key in _TAKEN_BY_PYDANTIC or keyword.iskeyword(key)


def _key_slug(variable: str) -> str:
    slug = variable if is_key(variable) else _slug(variable, _LONGEST_KEY)
    fit = is_key(slug) and not slug.startswith("model_")
    return slug if fit or not slug else _slug(f"input_{slug}", _LONGEST_KEY)


def _with_digest(slug: str, variable: str, salt: int) -> str:
    digest = _digest(variable + "\0" * salt, _KEY_DIGEST)
    return f"{slug[: _LONGEST_KEY - 1 - _KEY_DIGEST].rstrip('_') or 'input'}_{digest}"


def _slug(text: str, longest: int) -> str:
    """The ASCII letters and digits of `text`, accents dropped, anything between them one `_`."""
    ascii_part = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", ascii_part).strip("_")[:longest].rstrip("_")


def _digest(text: str, length: int) -> str:
    sha = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(sha).decode()[:length].lower()
