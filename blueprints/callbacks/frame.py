"""The callback pages' blueprint and who may open them."""

from flask import Blueprint

from blueprints import access
from hotline.people.roles import Role

bp = Blueprint("callbacks", __name__, url_prefix="/callbacks")
access.only(
    bp, Role.CALLBACK_AGENT, Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.OVERSIGHT_OFFICER
)
