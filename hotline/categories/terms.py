"""The closed lists that policies are written in."""

from collections.abc import Mapping
from types import MappingProxyType

from hotline.wording import N_, Labelled


class Urgency(Labelled):
    """How pressing a matter is (B1.17)."""

    NORMAL = "normal", N_("Normal")
    URGENT = "urgent", N_("Urgent")
    VERY_URGENT = "very_urgent", N_("Very urgent")


class Stage(Labelled):
    """The parts of handling that can have a time limit of their own."""

    FRONT_DESK = "front_desk", N_("Front desk")
    ACKNOWLEDGE = "acknowledge", N_("Acknowledge")
    ON_SITE = "on_site", N_("On site")
    CONTACT_CALLER = "contact_caller", N_("Contact the caller")
    FIRST_REPORT = "first_report", N_("First report")
    RETURN_WINDOW = "return_window", N_("Return window")
    DEPARTMENT = "department", N_("Department")
    OVERALL = "overall", N_("Overall")
    CALLBACK = "callback", N_("Callback")
    PROMISED_REPLY = "promised_reply", N_("Promised reply")
    RELAY = "relay", N_("Relay the message")
    TOLD = "told", N_("Tell the petitioner")
    INSTRUCTION = "instruction", N_("Leader's instruction")
    DELIVERY = "delivery", N_("Delivery to the department")


class RunsFrom(Labelled):
    """The moment a limit starts at."""

    RECEIVED = "received", N_("receipt")
    PROPOSED = "proposed", N_("the proposed handling")
    INSTRUCTED = "instructed", N_("the leader's instruction")
    DISPATCHED = "dispatched", N_("dispatch")
    ACCEPTED = "accepted", N_("acceptance")
    CLOSED = "closed", N_("closing")
    PROMISED = "promised", N_("the promise")


class Answering(Labelled):
    """Whether the desk may answer at once."""

    FROM_KNOWLEDGE = "from_knowledge", N_("From the knowledge base")
    NEVER = "never", N_("Never at once")


class Dispatching(Labelled):
    """Who sends a ticket of this category to a department."""

    BY_RULE = "by_rule", N_("At once by routing rule")
    AFTER_REVIEW = "after_review", N_("After the shift leader's review")
    NONE = "none", N_("Not dispatched")


class ContactNeed(Labelled):
    """Whether a way to reach the caller must be recorded."""

    REQUIRED = "required", N_("Required")
    WHEN_REPLY_OWED = "when_reply_owed", N_("When a reply is owed")
    ASKED = "asked", N_("Asked for, may be refused")
    OPTIONAL = "optional", N_("Optional")


class Confidentiality(Labelled):
    """Who may see whom a matter comes from."""

    NORMAL = "normal", N_("Normal")
    CONTACT_HIDDEN = "contact_hidden", N_("Contact hidden from the person complained of")
    RESTRICTED = "restricted", N_("Restricted: identity sealed")


class CallbackKind(Labelled):
    """What a callback is about (A8.2)."""

    HANDLING = "handling", N_("After handling")
    FIRST = "first", N_("First callback after a new service")
    AFTER_SALES = "after_sales", N_("After a paid service")
    CONSULTATION = "consultation", N_("After a consultation")
    COMPLAINT = "complaint", N_("After a complaint")
    REPAIR = "repair", N_("After a repair")
    MAINTENANCE = "maintenance", N_("About maintenance")
    RESTRICTED = "restricted", N_("By an authorised person only")
    MISSED_CALL = "missed_call", N_("Missed call")
    QUESTIONNAIRE = "questionnaire", N_("Questionnaire")
    GREETING = "greeting", N_("Greeting")
    KEY_CUSTOMER = "key_customer", N_("Key customer, yearly")


class ClosingNeed(Labelled):
    """What must be on record before a ticket of this category is closed."""

    REPLY_GIVEN = "reply_given", N_("The caller has been answered")
    PHONE_DISPATCH_RECORDED = "phone_dispatch_recorded", N_("Who was phoned, and when")
    CAUSE_RECORDED = "cause_recorded", N_("Cause and responsibility")
    ADOPTION_DECIDED = "adoption_decided", N_("Adopted or not, with the reason")
    ORIGINAL_POSTED = "original_posted", N_("Where and when the original was posted")
    COPY_POSTED = "copy_posted", N_("Where and when the copy was posted")
    PRICE_CONSENTED = "price_consented", N_("Price agreed and signed")
    COMPLETION_NOTED = "completion_noted", N_("Completion date and brief result")
    MESSAGE_DELIVERED = "message_delivered", N_("Message delivered")
    ROUTE_TOLD = "route_told", N_("Where the caller was sent")


CHOSEN_FROM: Mapping[ClosingNeed, str] = MappingProxyType(
    {ClosingNeed.CAUSE_RECORDED: "complaint_cause", ClosingNeed.ADOPTION_DECIDED: "adoption"}
)
"""The code list of the profile from which the answer to a need is chosen."""
