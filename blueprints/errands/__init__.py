"""Messages, promised replies, missed calls, and the calls the desk makes."""

from blueprints.errands import calls
from blueprints.errands.views import bp

__all__ = ["bp", "calls"]
