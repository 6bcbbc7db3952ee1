"""What a profile says about letters: the way of each class, who decides and approves, what replies say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hotline.categories.policy import Words
from hotline.categories.reader import Table
from hotline.people.roles import Role
from hotline.wording import N_, Labelled
from hotline.working_time import Limit


class LetterRoute(Labelled):
    """Where a letter can go (A3.9)."""

    DECIDE = "decide", N_("Somebody decides")
    ORDER = "order", N_("Becomes a ticket")
    POST = "post", N_("Posted twice")
    HAND_OVER = "hand_over", N_("Handed to administration")
    FILE = "file", N_("Registered without a ticket")


PLACEHOLDERS = frozenset(
    {
        "sender",
        "letter_number",
        "written_on",
        "received_on",
        "title",
        "ticket_number",
        "query_code",
        "department",
        "reply",
        "discrepancy",
        "due_on",
        "service",
        "today",
    }
)
"""What a template of a reply letter may leave to be filled in, written `{sender}`."""

BLANK = re.compile(r"\{([a-z_]*)\}")


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """One kind of reply letter: what it says before somebody edits it."""

    code: str
    names: Words
    subject: Words
    text: Words
    is_answer: bool
    """It passes on what the department replied: sending it answers the sender."""


@dataclass(frozen=True, slots=True)
class LetterTerms:
    """How letters are treated, before their category's own limits apply."""

    register: Limit
    classify: Limit
    opinions: Limit
    """For the opinions of those a paper is circulated to (A4.11)."""
    routes: Mapping[str, LetterRoute]
    """By class of letter; a class that is not named is decided on."""
    decided_by: tuple[Role, ...]
    receivers: tuple[Role, ...]
    """Who signs for what goes to administration."""
    sign_within: Limit
    approved_by: tuple[Role, ...]
    """Who approves reply letters, never those of their own."""
    reply_number: str
    """How a reply letter is numbered: `%(year)s` and `%(serial)s` are filled in."""
    templates: tuple[ReplyTemplate, ...]
    collect_within: Limit
    """How soon a fax or a parcel is signed for."""
    state_secrets: frozenset[str]
    """Secrecy levels of which nothing but the register entry is kept."""
    source: str

    def route(self, letter_class: str) -> LetterRoute:
        """Return the way of a class of letters."""
        return self.routes.get(letter_class, LetterRoute.DECIDE)


ROUTES = MappingProxyType(
    {
        "service_matter": LetterRoute.ORDER,
        "complaint": LetterRoute.DECIDE,
        "praise": LetterRoute.POST,
        "other_business": LetterRoute.HAND_OVER,
    }
)
"""The ways of the classes of A3.9, where a profile was loaded before it could say so."""


def read_letters(table: Table) -> LetterTerms:
    """Return what the table `[letters]` says; whatever it leaves out has the value of the sources."""
    routes = table.table("routes")
    terms = LetterTerms(
        register=table.limit("register"),
        classify=table.limit("classify"),
        opinions=table.limit("opinions"),
        routes=ROUTES if routes is None else _routes(routes),
        decided_by=table.choices("decided_by", Role)
        or (Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER),
        receivers=table.choices("receivers", Role) or (Role.ARCHIVIST, Role.SERVICE_MANAGER),
        sign_within=table.limit_or_none("sign_within") or Limit.parse("1 wd"),
        approved_by=table.choices("approved_by", Role) or (Role.SHIFT_LEADER, Role.SERVICE_MANAGER),
        reply_number=_number(table),
        templates=tuple(_template(one) for one in table.tables("template")),
        collect_within=table.limit_or_none("collect_within") or Limit.parse("1 wd"),
        state_secrets=frozenset(table.texts("state_secrets")) or STATE_SECRETS,
        source=table.text_or_none("source") or "",
    )
    table.finish()
    return terms


STATE_SECRETS = frozenset({"top_secret", "secret", "confidential"})
"""The three levels of the law on state secrets (B5)."""

NUMBER = "复〔%(year)s〕%(serial)s号"


def _routes(table: Table) -> Mapping[str, LetterRoute]:
    found = {key: table.choice(key, LetterRoute) for key in table.keyed()}
    table.finish()
    return MappingProxyType(found)


def _number(table: Table) -> str:
    text = table.text_or_none("reply_number") or NUMBER
    try:
        filled = text % {"year": "2026", "serial": 1}
    except (KeyError, TypeError, ValueError):
        filled = ""
    if "2026" not in filled or "1" not in filled.replace("2026", ""):
        table.refuse("reply_number", N_("must hold %(year)s and %(serial)s"))
        return NUMBER
    return text


def _template(table: Table) -> ReplyTemplate:
    template = ReplyTemplate(
        code=table.code(),
        names=table.words("names"),
        subject=table.words("subject"),
        text=table.words("text"),
        is_answer=table.flag("answers", default=False),
    )
    table.finish()
    for key, words in (("subject", template.subject), ("text", template.text)):
        for language, text in words.items():
            for name in BLANK.findall(text):
                if name not in PLACEHOLDERS:
                    table.refuse(
                        key, N_("%(language)s: there is no {%(name)s}"), language=language, name=name
                    )
    return template
