"""Where exchanges tell of calls: JSON with a token of their own, each message taken once."""

import hashlib
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from blueprints import access, limits
from blueprints.site import CSRF
from blueprints.telephony import contract
from blueprints.telephony.contract import FieldError
from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError
from hotline.telephony import events, tokens
from hotline.telephony.models import PhoneCall
from hotline.wording import N_, say

bp = Blueprint("telephony_api", __name__, url_prefix="/api/telephony")
# Open to no browser: the token is asked for in every request, and without cookies there is nothing to forge.
access.public(bp)
CSRF.exempt(bp)

EVENTS = "3000 per minute"
"""Of one token: fifty messages a second, far more than the calls of a province's hotline make."""
WRONG = "30 per minute"
"""Wrong tokens from one address."""
LARGEST = 16 * 1024
UNAUTHORIZED = 401


class TokenError(HotlineError):
    """Only an exchange that we know tells of calls."""

    sentence = N_("Send a valid token: Authorization: Bearer …")


NOT_JSON = N_("Send one JSON object with the content type application/json.")
TOO_LARGE = N_("One message has at most 16 KB.")
TOO_MANY = N_("Too many messages at once. Wait as long as Retry-After says and send again.")
LATER = N_("The message cannot be taken now. Send it again.")


def _bearer() -> str:
    kind, _, words = request.headers.get("Authorization", "").partition(" ")
    return words.strip() if kind.lower() == "bearer" else ""


def _by_token() -> str:
    return "exchange:" + hashlib.sha256(_bearer().encode()).hexdigest()


def _was_wrong(answer: Response) -> bool:
    return answer.status_code == UNAUTHORIZED


@bp.post("/events")
@limits.LIMITER.limit(EVENTS, key_func=_by_token)
@limits.LIMITER.limit(WRONG, deduct_when=_was_wrong)
def create() -> ResponseReturnValue:
    """Take one message; the answer says whether the exchange shall turn the call away."""
    now = utc_now()
    with transaction():
        token = tokens.find(_bearer()) if _bearer() else None
        if token is None:
            raise TokenError
        tokens.used(token, now=now)
        taken = events.take(contract.read(_payload(), now), now=now)
        answer: dict[str, Any] = {
            "call_id": taken.call.call_key,
            "state": _state(taken.call),
            "action": "reject" if taken.is_refused else "accept",
            "replayed": taken.is_replay,
        }
    return jsonify(answer)


def _state(call: PhoneCall) -> str:
    if call.is_rejected:
        return "rejected"
    if call.ended_at is not None:
        return "ended"
    return "talking" if call.answered_at is not None else "waiting"


def _payload() -> dict[str, Any]:
    if (request.content_length or 0) > LARGEST:
        raise LargeError
    payload = request.get_json(silent=True)
    if not isinstance(payload, dict):
        raise NotJsonError
    return payload


class LargeError(HotlineError):
    """A message is a few words."""

    sentence = TOO_LARGE


class NotJsonError(HotlineError):
    """A message is one JSON object."""

    sentence = NOT_JSON


def _error(status: int, code: str, message: str, field: str = "") -> Response:
    session.rollback()
    told = {"code": code, "message": message} | ({"field": field} if field else {})
    answer = jsonify(error=told)
    answer.status_code = status
    return answer


@bp.errorhandler(HotlineError)
def refused(error: HotlineError) -> ResponseReturnValue:
    """Say what was wrong with a message, in words and as a code."""
    match error:
        case TokenError():
            answer = _error(UNAUTHORIZED, "token", error.say())
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        case FieldError():
            return _error(422, "field", error.say(), error.name)
        case LargeError():
            return _error(413, "too_large", error.say())
        case _:
            return _error(400, "not_json", error.say())


@bp.errorhandler(OperationalError)
def gone(_error_: OperationalError) -> ResponseReturnValue:
    """Ask for the message again: the database does not answer."""
    answer = _error(503, "unavailable", say(LATER))
    answer.headers["Retry-After"] = "2"
    return answer


@bp.errorhandler(HTTPException)
def http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer every other refusal in the same shape."""
    if error.code == 429:
        answer = _error(429, "too_many", say(TOO_MANY))
        answer.headers["Retry-After"] = "5"
        return answer
    return _error(
        error.code or 500, (error.name or "error").lower().replace(" ", "_"), str(error.description)
    )
