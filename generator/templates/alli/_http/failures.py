"""Our errors for requests that failed and answers that broke off: what the HTTP library says, without key, body or query, and what to do."""

from __future__ import annotations

import os
import re
import ssl
import time

from ..errors import APIConnectionError, APITimeoutError, DeadlineExceededError
from .http_library import (
    ConnectError,
    ConnectTimeout,
    PoolTimeout,
    ProxyError,
    Request,
    RequestError,
    TimeoutException,
    UnsupportedProtocol,
    certificates_variable,
)
from .proxies import PROXY

__all__ = ["failure", "took_too_long"]

# Of a request that failed in one of these ways no byte was sent.
_NEVER_SENT = (ConnectError, ConnectTimeout, PoolTimeout, ProxyError, UnsupportedProtocol)

_EARLY_SECONDS = 0.002
"""How much earlier than the deadline a timeout may come that still counts as the deadline's, because timers are coarse."""


def failure(error: Exception, where: str, deadline_at: float | None, request: Request) -> APIConnectionError:
    """Our error for one of the HTTP library's; the caller raises it from `error`."""
    if isinstance(error, RequestError):
        # The library's error carries the request, and with it the API key, into whatever stores exceptions.
        error.request = Request(request.method, request.url.copy_with(query=None))
    sent = not isinstance(error, _NEVER_SENT) or _is_of_a_made_connection(error.__cause__)
    _take_out_quotes(error)
    kind = type(error).__name__
    if deadline_at is not None and time.monotonic() >= deadline_at - _EARLY_SECONDS:
        return DeadlineExceededError(f"{where}: the deadline passed ({kind})", request_sent=sent)
    if isinstance(error, TimeoutException):
        return APITimeoutError(f"{where}: timed out ({kind}){_where_to(request, error)}", request_sent=sent)
    reason = _reason(error)
    refused = _is_certificate_refused(error)
    if refused:
        reason += f". To trust its authority, name the file of it in SSL_CERT_FILE or pass http_client= with verify={_unread()}"
    text = f"{where}: connection failed ({kind}{reason}){_where_to(request, error)}"
    return APIConnectionError(text, request_sent=sent, certificate_refused=refused)


def _reason(error: Exception) -> str:
    """What the library says of a connection that could not be made. Of a proxy's own words, the status alone."""
    if not isinstance(error, (ConnectError, ProxyError)) or not str(error):
        return ""
    status = str(error)[:3]
    if not isinstance(error, ProxyError) or not status.isdecimal():
        return f": {error}"
    wanted = ", it wants a user and a password in its URL" if status == "407" else ""
    return f": the proxy answers {status}{wanted}"


def _unread() -> str:
    """Says which variables, that other programs take certificates from, count for nothing here."""
    names = [name for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if os.environ.get(name)]
    return "" if not names or certificates_variable() else f"; {' and '.join(names)} won't do"


def _take_out_quotes(error: BaseException | None) -> None:
    """Leaves out of an error and of what it came from the bytes of the answer and the URL that they quote: tracebacks show their texts."""
    while error is not None:
        error.args = tuple(re.sub(_QUOTE, "", text) if isinstance(text, str) else text for text in error.args)
        if hasattr(error.__cause__, "request_info"):
            # aiohttp's, which builds its text from the request when it is asked for it.
            error.__cause__ = error.__context__ = None
        error = error.__cause__ or error.__context__


_QUOTE = r"(?s)(:?\s*\b(bytearray\()?\bb['\"]|, url=).*"  # compiled when a request first fails


def _is_of_a_made_connection(cause: BaseException | None) -> bool:
    # httpx_aiohttp calls each broken connection one that was never made; a run must not be sent again for that.
    names = {kind.__name__ for kind in type(cause).__mro__ if kind.__module__.startswith("aiohttp.")}
    return bool(names) and not names & {
        "ClientConnectorError",
        "ClientHttpProxyError",
        "ConnectionTimeoutError",
        "InvalidURL",
    }


def _where_to(request: Request, error: Exception) -> str:
    """Where no connection could be made to, and what to do; "" where one was made, or for what the certificate explains."""
    if not isinstance(error, (ConnectError, ConnectTimeout, ProxyError)) or _is_certificate_refused(error):
        return ""
    url = request.url
    target = f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"
    proxy: tuple[str, str] | None = request.extensions.get(PROXY)
    if proxy is not None:
        variable, place = proxy
        return f" to {target} through the proxy {place}, which {variable} names; correct that, or name the host in NO_PROXY"
    return f" to {target}; check base_url and the network; `alli doctor` can help"


def took_too_long(where: str, seconds: float | None) -> APITimeoutError:
    """The error for an answer that came bit by bit, each in time, but was not complete in the end."""
    return APITimeoutError(f"{where}: the answer was not complete after {seconds or 0:g} s", request_sent=True)


def _is_certificate_refused(error: BaseException | None) -> bool:
    # The library wraps what the encryption raised, twice and in classes that it has for every failed connection.
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
