"""Articles as HTML: Markdown with tables, and nothing in it that acts or reaches outside the site."""

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

FIRST_HEADING = 3
"""The page's title and its sections come before an article's own headings."""
ALIGNED = {"text-align:center": "text-center", "text-align:right": "text-end"}
"""Alignment as classes: the content security policy refuses style attributes."""
TAGS = frozenset(
    {
        *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"),
        *("h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr"),
    }
)
CLASSES = {"td": set(ALIGNED.values()), "th": set(ALIGNED.values()), "table": {"table"}}

# Raw HTML stays text. Pictures are attachments: one on another site would tell that site who reads.
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True})
_PARSER.enable(["table", "strikethrough"]).disable("image")


def html(text: str) -> Markup:
    """Return Markdown as HTML that is safe to show."""
    tokens = _PARSER.parse(text)
    _fit_page(tokens)
    made = str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return Markup(  # noqa: S704 - nh3 let only the tags above through
        nh3.clean(
            made,
            tags=set(TAGS),
            attributes={"a": {"href"}, "ol": {"start"}},
            allowed_classes=CLASSES,
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer nofollow",
        )
    )


def _fit_page(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + FIRST_HEADING - 1)}"
        elif token.type == "table_open":
            token.attrSet("class", "table")
        elif token.type in ("td_open", "th_open"):
            aligned = ALIGNED.get(str(token.attrs.pop("style", "")))
            if aligned:
                token.attrSet("class", aligned)
