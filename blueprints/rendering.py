"""What templates ask for hundreds of times a page: words and small marks, each made once per language."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from markupsafe import Markup

from hotline.wording import language, translated


def set_up(app: Flask) -> None:
    """Let the templates of `app` say words and draw marks out of memory."""
    said, once = _said(), _once()

    def remembered(macro: Macro) -> Callable[..., Markup]:
        """Return `macro` as it is to be asked for wherever all its values are out of closed lists."""
        return partial(once, macro)

    app.jinja_env.globals.update({"_": said, "gettext": said, "once": once, "remembered": remembered})


def _said() -> Callable[..., str]:
    known: dict[tuple[str | None, str], Markup] = {}

    @pass_eval_context
    def said(context: EvalContext, message: str, **values: Any) -> str:
        """Return `message` in the reader's language, `values` filled in and escaped where the page is."""
        key = (language(), message)
        words = known.get(key)
        if words is None:
            words = known[key] = Markup(translated(message))  # noqa: S704 - the program's own words
        if not context.autoescape:
            return str.__mod__(words, values)
        return words % values if values or "%" in words else words

    return said


def _once() -> Callable[..., Markup]:
    known: dict[tuple[object, ...], Markup] = {}

    def once(macro: Macro, *values: Any, **named: Any) -> Markup:
        """Return what `macro` writes for `values` out of closed lists: it writes that once per language."""
        key = (macro, language(), request.script_root, *values, *named.items())
        written = known.get(key)
        if written is None:
            written = known[key] = Markup(macro(*values, **named))  # noqa: S704 - a macro escapes what it writes
        return written

    return once
