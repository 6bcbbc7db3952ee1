"""Names of the public holidays, each in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

_NAMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # Chinese, English, and how notices and libraries also write them
    ("元旦", "New Year's Day", ()),
    ("春节", "Spring Festival", ("农历除夕", "除夕")),
    ("清明节", "Qingming Festival", ("清明", "Tomb-sweeping Day")),
    ("劳动节", "Labour Day", ("五一", "“五一”")),
    ("端午节", "Dragon Boat Festival", ("端午",)),
    ("中秋节", "Mid-Autumn Festival", ("中秋",)),
    ("国庆节", "National Day", ("国庆", "十一", "“十一”")),
)
_BY_WORD: Mapping[str, tuple[str, str]] = MappingProxyType(
    {word.casefold(): (zh, en) for zh, en, others in _NAMES for word in (zh, en, *others)}
)


def in_both_languages(text: str) -> dict[str, str]:
    """Return a holiday's name as `{"zh": …, "en": …}`; several may be joined by 、 or a semicolon.

    A name that is not a public holiday's stands as it is in both languages.
    """
    words = [word.strip() for word in text.replace("；", "、").replace(";", "、").split("、")]
    pairs = dict.fromkeys(_BY_WORD.get(word.casefold(), (word, word)) for word in words if word)
    return {"zh": "、".join(zh for zh, _ in pairs), "en": ", ".join(en for _, en in pairs)}
