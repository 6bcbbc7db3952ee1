"""What is refused, ended or changed must say why."""

from hotline.errors import HotlineError
from hotline.wording import N_


class ReasonMissingError(HotlineError):
    """No reason was given."""

    sentence = N_("Give the reason, so that the caller can be told.")
    field = "reason"


def required(reason: str) -> str:
    """Return the reason without spaces around it. Raises `ReasonMissingError` where there is none."""
    if not reason.strip():
        raise ReasonMissingError
    return reason.strip()
