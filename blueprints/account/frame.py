"""The blueprint of the pages about one's own account."""

from flask import Blueprint

from blueprints import access

bp = Blueprint("account", __name__, url_prefix="/account")
access.anybody_signed_in(bp)
