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


class LinkOverError(HotlineError):
    """A link is good for one vote and a few days; why it is over is nobody's business but the caller's."""

    sentence = N_("This link is no longer valid. It may have been used already, or be too old.")


class StillAskedError(HotlineError):
    """One link at a time: a caller is not asked twice."""

    sentence = N_("The caller has a link already, valid until %(until)s.")


class SealedMatterError(HotlineError):
    """A message about a sealed matter could give its caller away (F10)."""

    sentence = N_("In this matter callers are asked in person only, never by a message or link.")


class NoMobileNumberError(HotlineError):
    """An SMS needs a mobile number."""

    sentence = N_("There is no mobile number to send an SMS to.")


class NoPublicAddressError(HotlineError):
    """A link needs an address that callers can open."""

    sentence = N_("The service has no public address yet, so no link can be sent (HOTLINE_PUBLIC_URL).")


class NoVoteError(HotlineError):
    """There is nothing to sign off."""

    sentence = N_("The caller has not answered through the link.")


class NobodyToRingError(HotlineError):
    """The number was removed meanwhile."""

    sentence = N_("No number is known for this callback any more.")
