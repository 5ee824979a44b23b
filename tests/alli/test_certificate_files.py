"""Certificates that the environment names: those that can't be read are refused by the name of their variable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import alli
import pytest
from alli._http import http_clients

from tests.alli.client_kind import ClientKind

EVERY_ENGINE = True


@pytest.fixture
def certificates_are_read_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)
    http_clients.ssl_context.cache_clear()
    yield
    http_clients.ssl_context.cache_clear()


@pytest.mark.usefixtures("certificates_are_read_again")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("what", ["missing", "not a certificate", "empty", "the wrong kind"])
def test_certificates_that_are_not_there_are_named_by_their_variable(
    client_kind: ClientKind, variable: str, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "ca.pem"
    if what == "the wrong kind" and variable == "SSL_CERT_FILE":
        path.mkdir()
    elif what != "missing":
        path.write_text("" if what == "empty" else "no certificate")
    monkeypatch.setenv(variable, str(path))
    if variable == "SSL_CERT_FILE":
        monkeypatch.setenv("SSL_CERT_DIR", "/nowhere/either, and not read")
    with pytest.raises(alli.ConfigurationError, match=f"^{variable}: the certificates can't be read"):
        client_kind.make()


@pytest.mark.usefixtures("certificates_are_read_again")
def test_one_folder_of_certificates_of_several_is_enough(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(["/nowhere", str(tmp_path)]))
    client_kind.make()


@pytest.mark.usefixtures("certificates_are_read_again")
def test_a_log_of_keys_that_can_not_be_written_is_not_taken_for_certificates(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "nowhere" / "keys.log"))
    with pytest.raises(alli.ConfigurationError, match="^SSLKEYLOGFILE: the keys of connections can't be written"):
        client_kind.make()
