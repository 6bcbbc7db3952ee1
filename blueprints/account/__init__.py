"""What a person sets for themselves: language, password, browsers, second factor."""

from blueprints.account import security, views
from blueprints.account.frame import bp

__all__ = ["bp", "security", "views"]
