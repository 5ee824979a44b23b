"""The sync form is the async form without what is async, and nothing else differs."""

import ast
import textwrap
from typing import Any

import jinja2
import pytest

from generator.output.templates import TEMPLATES
from generator.output.twins import NAMES, Twins, sync, unused_names


@pytest.mark.parametrize(
    ("source", "derived"),
    [
        ("async def f(): pass", "def f(): pass"),
        ("x = await self.aclose()", "x = self.close()"),
        ("async with a as b, c: pass", "with a as b, c: pass"),
        ("[x async for x in y]", "[x for x in y]"),
        ("return await  f(await g())", "return f(g())"),
        ("class AsyncRunStream(_AsyncBase): pass", "class RunStream(_Base): pass"),
        ("def __aenter__(self): pass", "def __enter__(self): pass"),
        ("raise StopAsyncIteration", "raise StopIteration"),
        ("await anext(it)", "next(it)"),
        ("x: AsyncIterator[bytes]", "x: Iterator[bytes]"),
    ],
)
def test_code_is_derived_token_by_token(source: str, derived: str) -> None:
    assert sync(source) == derived


@pytest.mark.parametrize(
    "source",
    [
        "reclosed.enclose()",
        "Asynchronous = 1",
        "asyncio_detailed()",
        "async_client = awaited",
        "x._aclosed",
        "Async = 1",
    ],
)
def test_only_whole_names_change(source: str) -> None:
    assert sync(source) == source


@pytest.mark.parametrize(
    ("text", "derived"),
    [
        ('"""Use `await stream.aclose()`, or AsyncAlli."""', '"""Use `stream.close()`, or Alli."""'),
        ("# async for x in AsyncPage: await x.run()", "# for x in Page: x.run()"),
        ('"never await this twice"', '"never await this twice"'),
        ('"an async client"', '"an async client"'),
        ('f"{self.aclose} {x!r:>{width}}"', 'f"{self.close} {x!r:>{width}}"'),
        ('f"{await self.aread()!r}"', 'f"{self.read()!r}"'),
        ("'한글 aclose 글자'", "'한글 close 글자'"),
    ],
)
def test_strings_and_comments_stay_true_of_the_sync_form(text: str, derived: str) -> None:
    assert sync(text) == derived


def test_both_forms_have_the_same_lines() -> None:
    source = textwrap.dedent(
        '''
        class AsyncThing:
            """A thing.

            async with AsyncThing() as t:
                await t.aclose()
            """

            async def __aenter__(self) -> "AsyncThing":
                async for x in self:  # 한
                    yield await (
                        x
                    )
                return self
        '''
    )
    derived = sync(source)
    assert derived.count("\n") == source.count("\n")
    ast.parse(derived)
    assert "async" not in derived.lower()
    assert "await" not in derived


@pytest.mark.parametrize("source", ["x = (1,", 'x = """abc'])
def test_source_that_ends_too_early_is_a_syntax_error(source: str) -> None:
    with pytest.raises(SyntaxError):
        sync(source)


def test_the_names_that_were_needed_are_counted() -> None:
    used: set[str] = set()
    sync("await x.aclose()  # aread", used)
    assert used == {"aclose", "aread"}
    assert unused_names(used) == sorted(NAMES.keys() - {"aclose", "aread"})


@pytest.fixture
def environment() -> jinja2.Environment:
    return jinja2.Environment(
        extensions=[Twins], line_statement_prefix="# jinja:", trim_blocks=True, keep_trailing_newline=True
    )


def test_a_block_gives_the_sync_form_and_then_itself(environment: jinja2.Environment) -> None:
    template = "first\n# jinja: twins\nclass Async{{ name }}:\n    async def f(self): ...\n# jinja: endtwins\nlast\n"
    assert environment.from_string(template).render(name="Thing") == (
        "first\nclass Thing:\n    def f(self): ...\nclass AsyncThing:\n    async def f(self): ...\nlast\n"
    )


def test_a_loop_may_be_inside_a_block_or_around_it(environment: jinja2.Environment) -> None:
    inside = "# jinja: twins\n# jinja: for x in 'ab'\nAsync{{ x | upper }}\n# jinja: endfor\n# jinja: endtwins\n"
    assert environment.from_string(inside).render().split() == ["A", "B", "AsyncA", "AsyncB"]
    around = "# jinja: for x in 'ab'\n# jinja: twins\nAsync{{ x | upper }}\n# jinja: endtwins\n# jinja: endfor\n"
    assert environment.from_string(around).render().split() == ["A", "AsyncA", "B", "AsyncB"]


def _twin_templates() -> list[Any]:
    return [p for p in sorted(TEMPLATES.rglob("*.jinja")) if "# jinja: twins" in p.read_text("utf-8")]


@pytest.mark.parametrize("template", _twin_templates(), ids=lambda path: path.name)
def test_no_twin_uses_asyncio_which_the_sync_form_would_keep(template: Any) -> None:
    blocks = template.read_text("utf-8").split("# jinja: twins")[1:]
    assert not [block for block in blocks if "asyncio." in block.split("# jinja: endtwins")[0]]
