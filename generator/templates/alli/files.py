"""Files in arguments: told apart from other values, checked before any I/O to the service, read in small pieces while they are sent."""

from __future__ import annotations

import inspect
import io
import mimetypes
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias, TypeGuard, cast

from ._json.loose_json import is_list
from .errors import InvalidArgumentError
from .raw.types import File

__all__ = ["FileInput", "as_content", "as_file", "as_files", "close_paths", "name_of_file", "split_inputs"]


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


def close_paths(request: Mapping[str, Any]) -> None:
    """Close the files on disk among what a raw request builder's arguments send; one that is sent again is opened again."""
    contents = [part[1] for _, part in request.get("files") or ()]
    for content in (*contents, request.get("content")):
        if isinstance(content, _PathContent):
            content.release()


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
    # RawIOBase is what a BinaryIO is made of, but the type of the one is not a subtype of the other.
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
        return _PathContent(where, Path(value))
    if not hasattr(value, "read"):
        raise InvalidArgumentError(f"{where}: must be {_ACCEPTED}, not a {type(value).__name__}")
    _check_open(where, value)
    if not _gives_bytes(value):
        raise InvalidArgumentError(f"{where}: must be {_ACCEPTED}, not a file opened in text mode or for writing")
    if _is_read_to_its_end(value):
        raise InvalidArgumentError(
            f"{where}: the file has been read to its end, so nothing would be sent; call its seek(0) first"
        )
    return _OpenContent(where, cast("BinaryIO", value))


def _check_open(where: str, file: object) -> None:
    if getattr(file, "closed", False):
        raise InvalidArgumentError(f"{where}: the file is closed; keep it open until the call returns")


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


class _PathContent(io.RawIOBase):
    """A file on disk, opened on the first read and closed at its end. A call that ends before that closes it by `release`."""

    def __init__(self, where: str, path: Path) -> None:
        self._where = where
        self._path = path
        self._position = 0
        self._open: io.FileIO | None = None
        try:
            told = path.stat()
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        if not stat.S_ISREG(told.st_mode):
            what = "is a folder" if stat.S_ISDIR(told.st_mode) else "is not a regular file; pass it opened"
            raise InvalidArgumentError(f"{where}: {what}: {path}")
        self._size = told.st_size
        self._opened().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        self.release()
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        # The inherited one reads into new memory and copies that, which doubles what sending a large file costs.
        if size < 0:
            return self.readall()
        if self._open is None:
            self._open = self._opened()
            self._open.seek(self._position)
        data = self._open.read(size)
        self._position += len(data)
        if size and not data:
            self.release()
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _opened(self) -> io.FileIO:
        try:
            # What sends it reads large pieces, for which a buffer would be one more copy.
            return self._path.open("rb", buffering=0)
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> InvalidArgumentError:
        what = "no such file" if isinstance(error, FileNotFoundError) else "can't be read"
        return InvalidArgumentError(f"{self._where}: {what}: {self._path}")

    def release(self) -> None:
        """Closes the file until it is read again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def close(self) -> None:
        self.release()
        super().close()


class _OpenContent(io.RawIOBase):
    """A file the caller opened, from where it stands to its end; closing this leaves it open."""

    def __init__(self, where: str, file: BinaryIO) -> None:
        self._where = where
        self._file = file
        self._seekable = file.seekable() if hasattr(file, "seekable") else False
        self._start = file.tell() if self._seekable else 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._seekable

    def tell(self) -> int:
        return self._seekable_file().tell() - self._start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = self._start if whence == os.SEEK_SET else 0
        return self._seekable_file().seek(base + offset, whence) - self._start

    def read(self, size: int = -1, /) -> bytes:
        _check_open(self._where, self._file)
        data = self._file.read(size)
        return data if isinstance(data, bytes) else bytes(data)

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _seekable_file(self) -> BinaryIO:
        _check_open(self._where, self._file)
        if not self._seekable:
            raise io.UnsupportedOperation("seek")
        return self._file
