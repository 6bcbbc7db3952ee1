"""How a matter reaches the desk, and what may be asked on each way."""

from collections.abc import Mapping
from types import MappingProxyType

from hotline.wording import N_, Labelled


class Channel(Labelled):
    """The ways a contact comes in."""

    CALL = "call", N_("Call")
    VISIT = "visit", N_("Visit")
    LETTER = "letter", N_("Letter")
    SUGGESTION_BOOK = "suggestion_book", N_("Suggestion book")
    FAX = "fax", N_("Fax")
    OFFICIAL_DOC = "official_doc", N_("Incoming document")
    WEB = "web", N_("Web")


class IntakeField(Labelled):
    """What a category may ask for beyond what every contact has (title, content, read-back; DOMAIN C2)."""

    REQUESTER_NAME = "requester_name", N_("Name")
    ADDRESS = "address", N_("Address")
    PLACE = "place", N_("Place")
    TOPIC = "topic", N_("Topic")
    DEMAND = "demand", N_("What is wanted")
    FACTS = "facts", N_("Facts")
    OBJECT = "object", N_("Complained of")
    DANGER = "danger", N_("Danger to persons")
    SUSPECT = "suspect", N_("Suspect")
    HAPPENED = "happened", N_("When and where it happened")
    EVIDENCE = "evidence", N_("Evidence")
    CALLER_WISH = "caller_wish", N_("Named or anonymous, secrecy wished")
    PRAISED = "praised", N_("Praised person or department")
    DEED = "deed", N_("Praised for")
    ROOM = "room", N_("Building and room")
    FAULT = "fault", N_("Fault")
    ACCESS_TIME = "access_time", N_("Time of access")
    REPORTED_BY = "reported_by", N_("Reported by")
    ITEM = "item", N_("Service item")
    PRICE = "price", N_("Price")
    CONSENT = "consent", N_("Consent to the price")
    FOR_WHOM = "for_whom", N_("Message for")
    FROM_WHOM = "from_whom", N_("Message from")
    CALLBACK_NUMBER = "callback_number", N_("Number to call back")
    TOLD_ROUTE = "told_route", N_("Where the caller was sent")
    SENDER = "sender", N_("Sender")
    SENDER_DOC_NUMBER = "sender_doc_number", N_("Sender's document number")
    SECRECY_LEVEL = "secrecy_level", N_("Secrecy level")
    COPIES = "copies", N_("Copies")
    RECEIVED_ON = "received_on", N_("Received on")
    ENVELOPE_NUMBER = "envelope_number", N_("Envelope number")
    ID_TYPE = "id_type", N_("ID type")
    ID_NUMBER = "id_number", N_("ID number")
    VISITORS = "visitors", N_("Number of visitors")
    PURPOSE = "purpose", N_("Purpose")
    CONTENT_CLASS = "content_class", N_("Content class, third level")
    SUMMARY = "summary", N_("Summary")


PAPER_FIELDS = frozenset(
    {
        IntakeField.SENDER,
        IntakeField.SENDER_DOC_NUMBER,
        IntakeField.SECRECY_LEVEL,
        IntakeField.COPIES,
        IntakeField.RECEIVED_ON,
        IntakeField.ENVELOPE_NUMBER,
    }
)
"""What is read off the envelope and the first page (A4.3): nobody on the phone can be asked for it."""

VISIT_FIELDS = frozenset({IntakeField.ID_TYPE, IntakeField.ID_NUMBER, IntakeField.VISITORS})
"""What is seen when a person stands at the desk (A5.2)."""

SPOKEN_FIELDS = frozenset(IntakeField) - PAPER_FIELDS - VISIT_FIELDS

FIELDS_OF: Mapping[Channel, frozenset[IntakeField]] = MappingProxyType(
    {
        Channel.CALL: SPOKEN_FIELDS,
        Channel.WEB: SPOKEN_FIELDS,
        Channel.SUGGESTION_BOOK: SPOKEN_FIELDS,
        Channel.VISIT: SPOKEN_FIELDS | VISIT_FIELDS,
        Channel.LETTER: SPOKEN_FIELDS | PAPER_FIELDS,
        Channel.FAX: SPOKEN_FIELDS | PAPER_FIELDS,
        Channel.OFFICIAL_DOC: SPOKEN_FIELDS | PAPER_FIELDS,
    }
)
"""The closed list each channel's form can ask for; a profile may require nothing outside it."""
