"""Summary: a single action that picks the sentences which say most of what a text says.

Extractive: a sentence counts for as much as its words are frequent in the whole text, per word, so that long sentences
have no advantage. Chinese and Japanese have no spaces between words; there, pairs of characters stand for words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import ceil

from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App, AppFailure, AppInput, AppInputOption, AppRun, Step

__all__ = ["app", "summarise"]

_TONES = {"plain": "Plain", "bullets": "Bullet points", "brief": "One sentence"}
_SHARE = 0.3
"""Part of the sentences that is kept, with at least one and at most _MOST."""
_MOST = 5

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|(?<=[。！？])|\n{2,}")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{2,}")
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by for from had has have he her his if in into is it its not of on or our she "
        "so that the their them then there these they this to was we were which who will with would you your",
    )
)


def app() -> App:
    """The app as it is registered."""
    return App(
        id=stable_id("LLMApp", "Summary"),
        name="Summary",
        handler=_run,
        description="Shortens a text to the sentences that carry most of it",
        category="GENERAL",
        weight=40,
        inputs=[
            AppInput("text", "Text to shorten", "paragraph", placeholder="Paste the text here"),
            AppInput("tone", "Tone", "single", options=[AppInputOption(name, value) for value, name in _TONES.items()]),
        ],
    )


def _run(run: AppRun) -> Iterator[Step]:
    text = run.text_input("text", run.message).strip()
    tone = run.text_input("tone", "plain")
    if tone not in _TONES:
        raise AppFailure(f"tone must be one of {', '.join(_TONES)}")
    if not text:
        yield "Hello! Send me a text, and I give you its main sentences."
        return
    sentences = summarise(text, 1 if tone == "brief" else _MOST)
    joined = "\n".join(f"- {one}" for one in sentences) if tone == "bullets" else " ".join(sentences)
    # Word by word, as a model would: each step becomes a record of the stream.
    yield from re.findall(r"\S+\s*", joined)


def summarise(text: str, most: int) -> list[str]:
    """The sentences that say most, in the order of the text; at least one, at most `most`."""
    sentences = [" ".join(part.split()) for part in _SENTENCE_END.split(text) if part and part.strip()]
    frequency = Counter(word for sentence in sentences for word in _words(sentence))
    wanted = min(most, max(1, ceil(len(sentences) * _SHARE)))
    best = sorted(range(len(sentences)), key=lambda index: (-_weight(sentences[index], frequency), index))[:wanted]
    return [sentences[index] for index in sorted(best)]


def _weight(sentence: str, frequency: Counter[str]) -> float:
    words = _words(sentence)
    return sum(frequency[word] for word in words) / (len(words) + 1)


def _words(sentence: str) -> list[str]:
    pairs = [run[at : at + 2] for run in _UNSPACED.findall(sentence) for at in range(len(run) - 1)]
    words = _WORD.findall(_UNSPACED.sub(" ", sentence).casefold())
    return pairs + [word for word in words if word not in _STOP_WORDS]
