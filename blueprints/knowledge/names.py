"""Codes on articles in the reader's words."""

from hotline.categories import catalogue
from hotline.wording import in_both


def class_name(code: str) -> str:
    """Return the name of a content class; of a retired one its code."""
    entry = catalogue.current().classes.get(code)
    return in_both(entry.names) if entry else code


def class_path(code: str) -> str:
    """Return the name of a content class under the names of those above it."""
    classes = catalogue.current().classes
    names: list[str] = []
    entry = classes.get(code)
    while entry is not None:
        names.insert(0, in_both(entry.names))
        entry = classes.get(entry.parent or "")
    return " / ".join(names) or code


def step_below(within: str, code: str) -> str | None:
    """Return the class one step below `within` (empty: a main class) that `code` belongs to.

    `within` itself where nothing finer was noted; `None` where `code` lies elsewhere.
    """
    classes = catalogue.current().classes
    if code == within:
        return code
    while (parent := (classes[code].parent or "") if code in classes else "") != within:
        if not parent:
            return None
        code = parent
    return code


def has_parts(code: str) -> bool:
    """Tell whether a content class is divided further."""
    return any(one.parent == code for one in catalogue.current().classes.values())
