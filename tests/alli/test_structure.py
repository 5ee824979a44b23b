"""What reviewers forget: both clients alike, every public name told and typed, every output from its template."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import json
import re
import typing
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import alli
import pytest
from alli import Alli, AsyncAlli, ClientOptions

from tests.places import ROOT
from tests.spec.reading import facade

PACKAGE = ROOT / "generated" / "alli"
DOCUMENT = json.loads((PACKAGE / "openapi.json").read_text("utf-8"))
TEMPLATES = ROOT / "generator" / "templates" / "alli"

PUBLIC = [
    "APIConnectionError",
    "APIKey",
    "APIStatusError",
    "APITimeoutError",
    "Alli",
    "AlliError",
    "Answer",
    "AnswerFormatError",
    "AnswerStream",
    "AnswerThread",
    "App",
    "AppAgentPermission",
    "AppError",
    "AppInput",
    "AppInputOption",
    "AppUserPermission",
    "AppV1",
    "AsyncAlli",
    "AsyncAnswerStream",
    "AsyncAnswerThread",
    "AsyncBackgroundRun",
    "AsyncConversation",
    "AsyncDownloadedFile",
    "AsyncHTTPClient",
    "AsyncPage",
    "AsyncPager",
    "AsyncRecordStream",
    "AsyncRunStream",
    "AsyncSend",
    "Attempt",
    "AuthenticationError",
    "BackgroundRun",
    "BadRequestError",
    "Choice",
    "Citation",
    "ClientOptions",
    "Completed",
    "ConfigurationError",
    "ConflictError",
    "Conversation",
    "ConversationBusyError",
    "ConversationResult",
    "ConversationStarted",
    "CreatedApp",
    "DeadlineExceededError",
    "DownloadedFile",
    "FileInput",
    "FormField",
    "HTTPClient",
    "InternalServerError",
    "InvalidArgumentError",
    "JobFailedError",
    "MapItem",
    "UploadProgress",
    "MapRow",
    "MapStopped",
    "Message",
    "MethodNotAllowedError",
    "Middleware",
    "CallObserver",
    "ObservedCall",
    "observe_calls",
    "NotFoundError",
    "Page",
    "PaginationError",
    "PaymentError",
    "PermissionDeniedError",
    "RateLimitError",
    "RecordStream",
    "Response",
    "RetryPolicy",
    "RunChatSource",
    "RunEvent",
    "RunResult",
    "RunStream",
    "Send",
    "SingleActionAppInput",
    "SkillResult",
    "StreamDecodeError",
    "StreamError",
    "StreamIdleError",
    "StreamInterruptedError",
    "StreamTruncatedError",
    "TextDelta",
    "TextReplaced",
    "Timeout",
    "UNSET",
    "UnprocessableEntityError",
    "Unset",
    "WaitTimeoutError",
    "__spec_version__",
    "__version__",
    "aiohttp_client",
    "capture_responses",
    "retryable",
]
"""Public names. One that leaves this list breaks programs: say so in CHANGELOG.md. Models of new operations need not be on it."""

ALIASES = {"AsyncHTTPClient", "HTTPClient"}
"""Public names for classes of the HTTP library."""

MODULES: dict[str, str] = vars(alli)["_MODULES"]
"""Where each public name is defined."""

RESOURCES = sorted({name.partition(".")[0] for name, _, _ in facade(DOCUMENT)})
TWINS = [(Alli, AsyncAlli)] + [
    (type(getattr(Alli(api_key="k"), name)), type(getattr(AsyncAlli(api_key="k"), name))) for name in RESOURCES
]


def parameters(function: Any) -> list[tuple[str, str, str, str]]:
    """Name, kind, default and annotation of each parameter, without what differs between the two forms by design."""
    return [
        (name, parameter.kind.name, repr(parameter.default), str(parameter.annotation).replace("Async", ""))
        for name, parameter in inspect.signature(function).parameters.items()
    ]


def methods(cls: type) -> dict[str, Any]:
    return {name: value for name, value in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}


@pytest.mark.parametrize(("plain", "asynchronous"), TWINS, ids=lambda cls: cls.__name__)
def test_the_async_class_has_the_same_methods_with_the_same_parameters(plain: type, asynchronous: type) -> None:
    ours, theirs = methods(plain), methods(asynchronous)
    names = {name.replace("aclose", "close"): value for name, value in theirs.items()}
    assert names.keys() == ours.keys()
    for name, function in ours.items():
        assert parameters(function) == parameters(names[name]), name
    assert parameters(plain.__init__) == parameters(asynchronous.__init__)


def test_a_copy_takes_every_option_of_the_class_but_the_http_client() -> None:
    made = {
        name: annotation for name, _, _, annotation in parameters(Alli.__init__) if name not in ("self", "http_client")
    }
    told = {name: getattr(kind, "__forward_arg__", kind) for name, kind in ClientOptions.__annotations__.items()}
    assert told == made
    client = Alli(api_key="k")
    assert set(client._config.options) == made.keys()


@pytest.mark.parametrize("client", [Alli(api_key="k"), AsyncAlli(api_key="k")], ids=["sync", "async"])
def test_the_clients_have_the_documented_resources_and_nothing_more(client: Alli | AsyncAlli) -> None:
    made = {name for name, each in vars(type(client)).items() if isinstance(each, cached_property)} - {"_transport"}
    assert made == set(RESOURCES)
    copy = client.with_options(max_retries=0)
    assert all(type(getattr(copy, name)) is type(getattr(client, name)) for name in RESOURCES)


def test_the_public_names_are_those_on_the_list_and_models_of_the_document() -> None:
    assert set(PUBLIC) <= set(alli.__all__) <= set(dir(alli))
    assert len(alli.__all__) == len(set(alli.__all__))
    more = [name for name in alli.__all__ if name not in PUBLIC]
    assert [name for name in more if ".models." not in MODULES[name]] == []


@pytest.mark.parametrize("name", sorted(alli.__all__))
def test_a_public_name_can_be_imported_and_is_documented(name: str) -> None:
    value = getattr(alli, name)
    if inspect.isfunction(value) or (inspect.isclass(value) and name not in ALIASES):
        assert value.__doc__
        assert value.__module__.startswith("alli.")
        assert not value.__doc__.strip()[0].islower()
    elif not name.startswith("__"):
        assert documented_in_source(name), f"{name} has no docstring behind its definition"


def documented_in_source(name: str) -> bool:
    """Whether a text stands right behind the assignment of `name`, where editors look for a variable's docstring."""
    own = PACKAGE.joinpath(*MODULES[name].split(".")).with_suffix(".py")
    for path in [own, *PACKAGE.glob("*.py"), *PACKAGE.glob("_*/*.py")]:
        body = ast.parse(path.read_text("utf-8")).body
        for statement, following in itertools.pairwise(body):
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
            documented = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            if documented and name in [target.id for target in targets if isinstance(target, ast.Name)]:
                return True
    return False


def public_functions() -> Iterator[tuple[str, Any]]:
    for name in sorted(alli.__all__):
        value = getattr(alli, name)
        if inspect.isclass(value) and name not in ALIASES and not value.__module__.startswith("alli.raw"):
            for method, function in methods(value).items():
                yield f"{name}.{method}", function
    for resource in RESOURCES:
        for client in (Alli(api_key="k"), AsyncAlli(api_key="k")):
            holder = type(getattr(client, resource))
            for method, function in methods(holder).items():
                yield f"{holder.__name__}.{method}", function


@pytest.mark.parametrize(
    ("name", "function"), list(public_functions()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_public_method_is_documented_and_annotated(name: str, function: Any) -> None:
    assert function.__doc__, name
    signature = inspect.signature(function)
    missing = [
        each.name for each in signature.parameters.values() if each.name != "self" and each.annotation is each.empty
    ]
    assert missing == [], name
    assert signature.return_annotation is not signature.empty, name


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_argument_of_a_method_is_told_in_its_docstring(resource: str) -> None:
    for name, function in methods(type(getattr(Alli(api_key="k"), resource))).items():
        for parameter in inspect.signature(function).parameters:
            if parameter != "self":
                assert re.search(rf"^ +{parameter}: \S", function.__doc__ or "", re.MULTILINE), f"{name}: {parameter}"


def public_classes() -> Iterator[type]:
    for name in sorted(alli.__all__):
        value = getattr(alli, name)
        if inspect.isclass(value) and name not in ALIASES:
            yield value
    for client in (Alli(api_key="k"), AsyncAlli(api_key="k")):
        for resource in RESOURCES:
            yield type(getattr(client, resource))


def public_members(cls: type) -> Iterator[tuple[str, Any]]:
    """Its methods and properties as functions, those it inherits included."""
    own = {name: value for name, value in vars(cls).items() if not name.startswith("_")}
    # A resource is made by its client alone, with what is private to the package.
    if cls not in {resource for twins in TWINS[1:] for resource in twins}:
        own["__init__"] = cls.__init__
    for base in cls.__mro__[1:]:
        if base.__module__.startswith("alli."):
            own = {**{name: value for name, value in vars(base).items() if not name.startswith("_")}, **own}
    for name, value in own.items():
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if inspect.isfunction(function):
            yield name, function


@pytest.mark.parametrize("cls", list(public_classes()), ids=lambda cls: cls.__name__)
def test_the_types_of_every_public_class_and_method_can_be_asked_for(cls: type) -> None:
    """Frameworks do, which call functions by what their parameters are: validators, containers, tool makers."""
    typing.get_type_hints(cls)
    for name, function in public_members(cls):
        hints = typing.get_type_hints(function)
        signature = inspect.signature(function, eval_str=True)
        assert not any(isinstance(hint, str) for hint in hints.values()), name
        assert not any(isinstance(each.annotation, str) for each in signature.parameters.values()), name


PROTOCOLS = {"UploadedFile", "StepLimits"}
"""What objects of other libraries look like: users give these, as `FileInput` and `Timeout` say."""


def classes_in(hint: Any) -> Iterator[type]:
    if inspect.isclass(hint) and typing.get_origin(hint) is None:
        yield hint
    for each in (typing.get_origin(hint), *typing.get_args(hint)):
        parts: list[Any] = each if isinstance(each, list) else [each]
        for part in parts:
            yield from classes_in(part) if part is not None else ()


@pytest.mark.parametrize("cls", list(public_classes()), ids=lambda cls: cls.__name__)
def test_each_class_that_users_meet_is_public(cls: type) -> None:
    """They ask `isinstance` for parts of unions and members of results: what attributes hold and methods give."""
    hints = [(name, hint) for name, hint in typing.get_type_hints(cls).items() if not name.startswith("_")]
    hints += [(name, typing.get_type_hints(function).get("return")) for name, function in public_members(cls)]
    met = {(each, name) for name, hint in hints for each in classes_in(hint) if each.__module__.startswith("alli.")}
    hidden = [
        f"{each.__name__} of {name}"
        for each, name in met - {(each, name) for each, name in met if each.__name__ in PROTOCOLS}
        if getattr(alli, each.__name__, getattr(alli.raw, each.__name__, None)) is not each
    ]
    assert hidden == []


def test_members_of_results_and_lists_of_known_values_are_public_names() -> None:
    assert typing.get_type_hints(alli.ConversationDetails)["user"] == alli.ConversationUser | None
    assert typing.get_type_hints(alli.App)["type"] == alli.AppType | str


def test_the_types_told_are_the_public_ones() -> None:
    assert typing.get_type_hints(type(Alli(api_key="k").apps).run)["return"] is alli.RunResult
    assert typing.get_type_hints(type(Alli(api_key="k").apps).list)["return"] == alli.Page[alli.App]
    assert typing.get_type_hints(type(AsyncAlli(api_key="k").apps).list)["return"] == alli.AsyncPager[alli.App]
    assert typing.get_type_hints(Alli.__init__)["http_client"] == alli.HTTPClient | None
    assert typing.get_type_hints(alli.App)["agent_permission"] == alli.AppAgentPermission | None


def facade_files() -> list[Path]:
    return sorted(
        path for path in PACKAGE.rglob("*") if path.is_file() and "raw" not in path.parts and path.suffix != ".pyc"
    )


def test_the_http_library_is_named_in_one_module_of_the_facade() -> None:
    naming = [path.name for path in facade_files() if re.search(r"\bhttpx\b", path.read_text("utf-8"))]
    assert naming == ["http_library.py"]


def test_dir_shows_what_users_may_use_and_nothing_else() -> None:
    shown = {name for name in dir(alli) if not name.startswith("__")}
    assert shown == {*(name for name in alli.__all__ if not name.startswith("__")), "errors", "raw"}


def test_every_template_has_its_output_and_every_output_its_template() -> None:
    templates = {
        path.relative_to(TEMPLATES).as_posix(): path.relative_to(TEMPLATES).as_posix().removesuffix(".jinja")
        for path in TEMPLATES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    outputs = {path.relative_to(PACKAGE).as_posix() for path in facade_files()} - {"openapi.json"}
    assert set(templates.values()) == outputs
    for template, output in templates.items():
        text = (PACKAGE / output).read_text("utf-8")
        # The front matter of a page has to come first.
        body = text.partition("\n---\n")[2] if output.endswith(".md") else text
        named = f"Generated by python -m generator from generator/templates/alli/{template}. Do not edit."
        assert body.splitlines()[0].removeprefix("# ").removeprefix("<!-- ").startswith(named)


def test_every_module_lists_what_it_offers_and_offers_what_it_lists() -> None:
    for path in facade_files():
        # PyInstaller runs a hook; nothing imports one.
        if path.suffix == ".py" and not path.name.startswith("hook-"):
            parts = path.relative_to(PACKAGE).with_suffix("").parts
            name = ".".join(("alli", *(part for part in parts if part != "__init__")))
            module = importlib.import_module(name)
            assert module.__doc__, name
            for listed in module.__all__:
                assert hasattr(module, listed), f"{name}.{listed}"


def test_a_room_has_a_dozen_modules_at_most() -> None:
    rooms = {path.parent for path in facade_files() if path.suffix == ".py"}
    assert {room.name for room in rooms} == {
        "alli",
        "_bridge",
        "_calls",
        "_engines",
        "_extras",
        "_files",
        "_freezing",
        "_http",
        "_jobs",
        "_json",
        "_map",
        "_observing",
        "_privacy",
        "_results",
        "_stream",
    }
    for room in rooms:
        assert len(list(room.glob("*.py"))) <= 12, room.name
