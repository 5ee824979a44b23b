"""Every public name is on a list, documented and typed."""

from __future__ import annotations

import ast
import inspect
import itertools
from pathlib import Path

import alli
import pytest

from tests.alli.public_classes import ALIASES

PACKAGE = Path(alli.__file__).parent

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


MODULES: dict[str, str] = vars(alli)["_MODULES"]
"""Where each public name is defined."""


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


def test_dir_shows_what_users_may_use_and_nothing_else() -> None:
    shown = {name for name in dir(alli) if not name.startswith("__")}
    assert shown == {*(name for name in alli.__all__ if not name.startswith("__")), "errors", "raw"}
