"""What the knowledge base refuses, in words a person can act on."""

from hotline.errors import HotlineError
from hotline.wording import N_


class ArticleMoveRefusedError(HotlineError):
    """A revision cannot go where it was sent from where it stands."""

    sentence = N_("A revision that is “%(status)s” cannot become “%(wanted)s”.")


class RevisionClosedError(HotlineError):
    """Only drafts are edited; a published wording stays as it was read to callers."""

    sentence = N_("This revision is “%(status)s” and can no longer be edited. Start a new revision.")


class OpenRevisionExistsError(HotlineError):
    """An article has at most one revision in the making."""

    sentence = N_("%(code)s already has revision %(number)s in the making.")


class SamePersonError(HotlineError):
    """Nobody reviews an answer of their own."""

    sentence = N_("The author of a revision cannot review it. Ask a colleague.")


class ArticleIncompleteError(HotlineError):
    """An answer needs a title and a text."""

    sentence = N_("An article needs a title and a text.")
    field = "title"


class ValidityError(HotlineError):
    """The time an answer holds for does not fit."""

    sentence = N_("The answer must be valid now or later, and end after it begins.")
    field = "valid_until"


class NotYetValidError(HotlineError):
    """A replacement is published when it begins to hold, so that callers are never left without an answer."""

    sentence = N_("Publish this replacement when it becomes valid: %(valid_from)s.")
    field = "valid_from"


class ReasonMissingError(HotlineError):
    """What takes an answer away from callers, or questions it, needs a reason."""

    sentence = N_("Give the reason.")
    field = "reason"


class AttachmentRefusedError(HotlineError):
    """A file cannot be kept with an article."""

    field = "attachment"


class AttachmentEmptyError(AttachmentRefusedError):
    """There is nothing in the file."""

    sentence = N_("“%(name)s” is empty.")


class AttachmentTooLargeError(AttachmentRefusedError):
    """One file may only be so large."""

    sentence = N_("“%(name)s” is larger than %(most)s MB.")


class AttachmentKindRefusedError(AttachmentRefusedError):
    """The contents are of none of the kinds that are kept, whatever the name says."""

    sentence = N_("“%(name)s” is not a PDF, a picture, an office document or plain text.")


class CannotAnswerError(HotlineError):
    """The revision may not answer a caller."""

    sentence = N_("%(code)s is “%(status)s” and cannot answer a caller.")


class ArticleNotPublishedError(CannotAnswerError):
    """Drafts and reviews in progress answer nobody."""


class ArticleExpiredError(CannotAnswerError):
    """The time the answer held for is over, or has not come."""

    sentence = N_("%(code)s is not valid now and cannot answer a caller.")


class ArticleWithdrawnError(CannotAnswerError):
    """The answer was taken back."""

    sentence = N_("%(code)s was withdrawn and cannot answer a caller.")


class ArticleChangedError(CannotAnswerError):
    """The article was published anew after the operator found it; `revision_id` is what to read now."""

    sentence = N_("%(code)s has changed since you found it. Read revision %(number)s to the caller.")


class NotFromArticleError(CannotAnswerError):
    """Operators never answer from their own understanding (A1.2)."""

    sentence = N_("Only sentences that stand in %(code)s may be read out. For anything else make a ticket.")
    field = "words"


class NobodyAnsweredError(HotlineError):
    """A citation belongs to a ticket or to a contact."""

    sentence = N_("Say which ticket or which contact was answered.")


class AuthorMissingError(HotlineError):
    """A prepared draft answers nobody before somebody takes it over."""

    sentence = N_("Nobody has taken this draft over yet. Edit or submit it under your name.")


class PersonalDataLeftError(HotlineError):
    """An article is read to everybody: what may lead to one person has no place in it."""

    sentence = N_("Look at what is marked 【请核对：…】: take out names and addresses, then the marks.")
    field = "body"


class GapClosedError(HotlineError):
    """A gap that is filled or dismissed stays as it is."""

    sentence = N_("This gap is “%(status)s” already.")


class FeedbackSettledError(HotlineError):
    """A remark is settled once."""

    sentence = N_("This remark has been settled already.")


class ImportRefusedError(HotlineError):
    """The file holds rows that cannot be imported; none was."""

    sentence = N_("%(count)s rows cannot be imported, so none was. The first is row %(row)s: %(reason)s")


class ImportUnreadableError(HotlineError):
    """The file is neither JSON lines nor an Excel sheet of the documented layout."""

    sentence = N_("The file %(name)s cannot be read: %(reason)s")
