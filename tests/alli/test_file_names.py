"""Names that the service gives a file: read as RFC 6266 writes them, and made safe for any folder."""

from __future__ import annotations

import pytest
from alli._files.file_names import file_name_of, safe_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("..", ""),
        (".", ""),
        ("/", ""),
        ("a/b\\c.txt", "c.txt"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("C:evil.txt", "C_evil.txt"),
        (".bashrc", "bashrc"),
        ("...hidden", "hidden"),
        (". .profile", "profile"),
        (".\u00a0.profile", "profile"),
        ("name. . ", "name"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("LPT¹", "_LPT¹"),
        ("console.log", "console.log"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("\x1b[2Jscreen.txt", "[2Jscreen.txt"),
        ("gpj\u202etxt.exe", "gpjtxt.exe"),
        ('what?*<>|".txt', "what______.txt"),
        ("계약서.pdf", "계약서.pdf"),
        ("\ud800x.txt", "x.txt"),
    ],
)  # fmt: skip
def test_a_name_of_the_service_is_made_safe_for_any_folder(given: str, name: str) -> None:
    assert safe_name(given) == name


def test_a_long_name_is_cut_between_characters_and_keeps_its_ending() -> None:
    name = safe_name("계" * 200 + ".pdf")
    assert len(name.encode()) <= 240
    assert name.startswith("계계")
    assert name.endswith("계.pdf")
    assert len(safe_name("a." + "b" * 400).encode()) == 240


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a.pdf"', "a.pdf"),
        ("inline; filename=a.pdf", "a.pdf"),
        ("attachment; FileName = a.pdf ; size=3", "a.pdf"),
        (r'attachment; filename="a \"b\".pdf"', "a _b_.pdf"),
        ("attachment; filename=\"fallback.pdf\"; filename*=UTF-8''%EA%B3%84%EC%95%BD.pdf", "계약.pdf"),
        ("attachment; filename*=iso-8859-1'en'caf%E9.txt; filename=\"x\"", "café.txt"),
        ("attachment; filename*=no-such-charset''a%20b.txt; filename=b.txt", "b.txt"),
        ("attachment; filename*=idna''a%20b.txt; filename=b.txt", "b.txt"),
        ("attachment; filename*=broken; filename=b.txt", "b.txt"),
        ("attachment; filename*=UTF-8''%ff.txt", "\ufffd.txt"),
        ("attachment; filename*=UTF-8''..; filename=b.txt", "b.txt"),
        ('attachment; filename=".."', None),
        ("attachment", None),
        ("", None),
    ],
)
def test_a_name_is_read_as_rfc_6266_writes_it(disposition: str, name: str | None) -> None:
    assert file_name_of({"content-disposition": disposition} if disposition else {}) == name
