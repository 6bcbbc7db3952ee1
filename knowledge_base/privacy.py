"""Takes personal data out of questions and replies before they become articles."""

import re

REMOVED = "【已隐去】"
TO_CHECK = "【请核对：{}】"

CERTAIN = re.compile(
    r"(?<!\d)(?:"
    r"\d{17}[\dXx]|\d{15}"  # ID numbers
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"  # mobile numbers
    r"|6\d{15,18}"  # bank cards
    r")(?!\d)"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][ ·]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
LIKELY = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?:先生|女士|同志)"
    r"|\d+(?:栋|幢|号楼)(?:\d+单元)?\d*(?:室|号|户)?"
    r"|(?:我叫|本人姓名|姓名[:：])[\u4e00-\u9fff]{2,4}"
)


def without(text: str) -> str:
    """Return `text` without numbers and addresses that lead to a person."""
    return CERTAIN.sub(REMOVED, text)


def marked(text: str) -> str:
    """Return `text` without certain personal data, and with likely names and homes marked for the editor."""
    return LIKELY.sub(lambda found: TO_CHECK.format(found.group()), without(text))


def has_marks(text: str) -> bool:
    """Tell whether an editor still has to look at something in `text`."""
    return TO_CHECK.partition("{")[0] in text
