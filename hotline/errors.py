"""Refusals a person can read; each names what was refused and why."""

from typing import Any, ClassVar

from hotline.wording import N_, say


class HotlineError(Exception):
    """A rule said no. `sentence` is a marked message; keyword arguments fill it."""

    sentence: ClassVar[str]
    field: ClassVar[str | None] = None
    """The form field the sentence belongs beside, where one field caused it."""

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.sentence % params if params else self.sentence)

    def say(self) -> str:
        """Return the sentence in the reader's language."""
        return say(self.sentence, self.params)


class NotFoundError(HotlineError):
    """What was asked for does not exist, or not for this person."""

    sentence = N_("There is nothing here by that number.")


class NotAllowedError(HotlineError):
    """This person may not do this."""

    sentence = N_("Your role does not allow this.")


class ConfigurationError(HotlineError):
    """A setting is missing or cannot be used."""

    sentence = N_("The setting %(name)s cannot be used: %(reason)s")
