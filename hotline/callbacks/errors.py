"""Why a callback cannot be made, ended or counted like this."""

from hotline.errors import HotlineError, NotAllowedError
from hotline.wording import N_


class AlreadyEndedError(HotlineError):
    """The callback has been made, given up or cancelled before."""

    sentence = N_("This callback is no longer open: %(state)s.")


class OverMeanwhileError(HotlineError):
    """The matter went into another round; its callback comes after that."""

    sentence = N_("The ticket is being handled again, so this callback is no longer owed.")


class NotForYouError(NotAllowedError):
    """The callback belongs to somebody else."""

    sentence = N_(
        "This callback must be made by somebody else: an authorised person, or not the one who handled it."
    )


class QuietHoursError(HotlineError):
    """Callers are left in peace at certain hours (B6.3)."""

    sentence = N_("Callers are not rung now. An attempt counts again from %(until)s.")
    field = "result"


class NotYetError(HotlineError):
    """Two attempts must lie apart (B6.3)."""

    sentence = N_("The last attempt was too short a while ago. The next one counts from %(earliest)s.")
    field = "result"


class OutcomeMissingError(HotlineError):
    """A caller who was reached must have been asked something."""

    sentence = N_("Enter at least whether the matter is solved or how content the caller is.")
    field = "is_solved"


class ReasonForAnotherRoundError(HotlineError):
    """The next department must know what was not right."""

    sentence = N_("The caller is not content, so the matter is handled again. Write what must be put right.")
    field = "rehandle_reason"


class TooFewAttemptsError(HotlineError):
    """A caller is not given up lightly (B6.3)."""

    sentence = N_("%(made)s of at least %(least)s attempts have been made. Try again before giving up.")
