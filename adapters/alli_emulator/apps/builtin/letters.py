"""글자 수: a single action that counts the letters of a Korean text (or any other)."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App, AppInput, AppRun, Reply, Step

__all__ = ["app"]

_PAGE = 200
"""Letters on a sheet of Korean manuscript paper, spaces included."""


def app() -> App:
    """The app as it is registered."""
    return App(
        id=stable_id("LLMApp", "글자 수"),
        name="글자 수",
        handler=_run,
        description="글의 글자 수와 원고지 매수를 셉니다",
        category="OTHERS",
        weight=10,
        inputs=[AppInput("content", "글", "paragraph", placeholder="셀 글을 넣으세요")],
    )


def _run(run: AppRun) -> Iterator[Step]:
    text = run.text_input("content", run.message)
    if not text:
        yield "안녕하세요! 셀 글을 보내 주세요."
        return
    bare = sum(not letter.isspace() for letter in text)
    pages = ceil(len(text) / _PAGE)
    yield f"공백 포함 {len(text)}자, "
    yield f"공백 제외 {bare}자, "
    yield f"낱말 {len(text.split())}개, "
    yield Reply(f"원고지 {pages}매", variables={"letters": len(text), "letters_without_spaces": bare, "pages": pages})
