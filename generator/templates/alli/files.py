"""Files in arguments: recognized among other values, checked before any I/O to the service, read in small pieces while they are sent."""

from __future__ import annotations

import inspect
import io
import mimetypes
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias, TypeGuard, cast

from ._files.contents import OpenContent, PathContent, check_open
from ._json.loose_json import is_list
from .errors import InvalidArgumentError
from .raw.types import File

__all__ = ["FileInput", "as_content", "as_file", "as_files", "closer_of_paths", "name_of_file", "split_inputs"]


class UploadedFile(Protocol):
    """A file as web frameworks hand it over, such as FastAPI's `UploadFile`. Its `read` may be a coroutine function and is not called."""

    @property
    def filename(self) -> str | None: ...
    @property
    def file(self) -> BinaryIO: ...
    @property
    def content_type(self) -> str | None: ...


FileInput: TypeAlias = (
    Path
    | BinaryIO
    | UploadedFile
    | tuple[str, bytes | bytearray | BinaryIO]
    | tuple[str, bytes | bytearray | BinaryIO, str]
)
"""A file to upload: a path, an open binary file (read from where it stands), `(filename, bytes or file[, content type])`, or what a web
framework was sent, such as FastAPI's `UploadFile`. A path is opened when it is sent and closed at its end; all others stay open."""

_ACCEPTED = "a pathlib.Path, an open binary file, or (filename, bytes or file[, content type])"
_DEFAULT_TYPE = "application/octet-stream"


def as_file(where: str, value: object) -> File:
    """The raw package's file for `value`.

    Raises:
        InvalidArgumentError: names `where`, the type, and what is accepted: not a file, opened in text mode, a missing or
            unreadable path, a folder.
    """
    if _is_tuple(value):
        return _from_tuple(where, value)
    if _is_uploaded(value):
        return _from_uploaded(where, value)
    if isinstance(value, str):
        raise InvalidArgumentError(f"{where}: a str is not a file. For a file on disk, pass pathlib.Path(…)")
    return _file(where, _content(where, value), _name_of(value), None)


def as_content(where: str, value: object) -> File:
    """The raw package's file for a body that is a file. As `as_file`, but bytes need no name: neither a name nor a content type is sent."""
    if isinstance(value, (bytes, bytearray)):
        return File(payload=bytes(value))
    return as_file(where, value)


def name_of_file(where: str, name: object, file: object) -> str:
    """`name`, or where it is None, the name of `file`.

    Raises:
        InvalidArgumentError: `name` is not a str, or there is none and `file` has none either.
    """
    if name is None:
        name = as_file(where, file).file_name
        if not name:
            raise InvalidArgumentError(f"{where}: the file has no name, so it must be given")
    if not isinstance(name, str):
        raise InvalidArgumentError(f"{where}: must be str, not {type(name).__name__}")
    return name


def as_files(where: str, values: Iterable[object] | None) -> list[File] | None:
    """Files for a list of them; None for None. Raises as `as_file`."""
    if values is None:
        return None
    if isinstance(values, (str, bytes, os.PathLike, io.IOBase)) or not isinstance(values, Iterable):
        raise InvalidArgumentError(f"{where}: must be a list of files, not {type(values).__name__}")
    return [as_file(f"{where}[{index}]", value) for index, value in enumerate(values)]


def split_inputs(where: str, inputs: Mapping[str, Any] | None) -> tuple[dict[str, Any] | None, dict[str, File]]:
    """`inputs` without its files, and the files by variable.

    Raises:
        InvalidArgumentError: `inputs` is not a mapping with text keys, a variable is named `json` and holds a file (the service's name
            for the part with all else), or a file can't be sent.
    """
    if inputs is None:
        return None, {}
    if not isinstance(inputs, Mapping):
        raise InvalidArgumentError(f"{where}: must be a dict of variable names to values, not {type(inputs).__name__}")
    for name in inputs:
        if not isinstance(name, str):
            raise InvalidArgumentError(f"{where}: the names of variables must be str, not {type(name).__name__}")
    plain: dict[str, Any] = {}
    files: dict[str, File] = {}
    for name, value in inputs.items():
        if not _is_file(value):
            _refuse_hidden_files(f"{where}[{name!r}]", value)
            plain[name] = value
        elif name == "json":
            raise InvalidArgumentError(f"{where}: a variable named 'json' can't hold a file; rename it in the app")
        else:
            files[name] = as_file(f"{where}[{name!r}]", value)
    return plain, files


def closer_of_paths(request: Mapping[str, Any]) -> Callable[[], None] | None:
    """Closes the files on disk among what a raw request builder's arguments send; one that is sent again is opened again.

    None where there are none.
    """
    contents = [part[1] for _, part in request.get("files") or ()]
    if "content" in request:
        contents.append(request["content"])
    paths = [content for content in contents if isinstance(content, PathContent)]
    return partial(_release, paths) if paths else None


def _release(paths: Iterable[PathContent]) -> None:
    for path in paths:
        path.release()


def _is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    return isinstance(value, os.PathLike)


def _is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)


def _is_uploaded(value: object) -> TypeGuard[UploadedFile]:
    return inspect.iscoroutinefunction(getattr(value, "read", None)) and hasattr(value, "file")


def _from_uploaded(where: str, value: UploadedFile) -> File:
    file, name, content_type = value.file, value.filename, value.content_type
    is_usable = isinstance(content_type, str) and content_type.isascii() and content_type.isprintable()
    return _file(where, _content(where, file), name or "file", content_type if is_usable else None)


def _is_file(value: object) -> bool:
    if isinstance(value, (str, int, float)):
        return False  # most values are, and the questions below cost ten times as much
    return isinstance(value, (os.PathLike, io.IOBase, bytes, bytearray, tuple)) or (
        hasattr(value, "read") and not isinstance(value, type)
    )


def _refuse_hidden_files(where: str, value: object) -> None:
    if is_list(value) and any(_is_file(item) for item in value):
        raise InvalidArgumentError(f"{where}: must be text, a value for JSON or one file, not a list that holds files")


def _from_tuple(where: str, value: tuple[Any, ...]) -> File:
    if len(value) not in (2, 3) or not isinstance(value[0], str) or not value[0]:
        raise InvalidArgumentError(f"{where}: a tuple must be (filename, bytes or file[, content type])")
    name, given, *rest = value
    content_type = _content_type(where, rest[0]) if rest else None
    content = bytes(given) if isinstance(given, (bytes, bytearray)) else _content(where, given)
    return _file(where, content, name, content_type)


def _content_type(where: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{where}: the content type must be a str, not {type(value).__name__}")
    if not (value.isascii() and value.isprintable() and value.strip()):
        # It is written into the part's head as it is, where a line break would begin another header.
        raise InvalidArgumentError(f"{where}: the content type must be printable ASCII, like application/pdf")
    return value


def _file(where: str, content: bytes | io.RawIOBase, name: str, content_type: str | None) -> File:
    try:
        name = _as_text(name)
    except UnicodeError:
        raise InvalidArgumentError(
            f"{where}: the file's name is not text; pass (filename, file) with another"
        ) from None
    guessed = content_type or mimetypes.guess_type(name)[0] or _DEFAULT_TYPE
    # A BinaryIO wraps a RawIOBase, but the type of the one is not a subtype of the other.
    return File(payload=cast("BinaryIO | bytes", content), file_name=name, mime_type=guessed)


def _as_text(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        # In a locale like C, Python keeps the bytes of a name on disk as surrogates.
        return os.fsencode(name).decode()
    return name


def _content(where: str, value: object) -> io.RawIOBase:
    if isinstance(value, (bytes, bytearray)):
        raise InvalidArgumentError(f"{where}: bytes need a name; pass (filename, bytes)")
    if _is_path(value):
        return PathContent(where, Path(value))
    if not hasattr(value, "read"):
        raise InvalidArgumentError(f"{where}: must be {_ACCEPTED}, not a {type(value).__name__}")
    check_open(where, value)
    if not _gives_bytes(value):
        raise InvalidArgumentError(f"{where}: must be {_ACCEPTED}, not a file opened in text mode or for writing")
    if _is_read_to_its_end(value):
        raise InvalidArgumentError(
            f"{where}: the file has been read to its end, so nothing would be sent; call its seek(0) first"
        )
    return OpenContent(where, cast("BinaryIO", value))


def _gives_bytes(file: Any) -> bool:
    # Asked by reading nothing, because not every text file is of a text class (tempfile's are not).
    if isinstance(file, io.TextIOBase):
        return False
    try:
        return isinstance(file.read(0), (bytes, bytearray))
    except (OSError, TypeError, ValueError):
        return False


def _is_read_to_its_end(file: Any) -> bool:
    """Whether a file that can be rewound was read to its last byte, as by an earlier call. An empty file may be sent."""
    try:
        if not file.seekable():
            return False
        position = file.tell()
        size = file.seek(0, os.SEEK_END)
        file.seek(position)
    except (AttributeError, OSError, TypeError, ValueError):
        return False
    return isinstance(size, int) and 0 < size <= position


def _name_of(value: object) -> str:
    name = os.fspath(value) if _is_path(value) else getattr(value, "name", None)
    return Path(name).name if isinstance(name, str) and name else "file"
