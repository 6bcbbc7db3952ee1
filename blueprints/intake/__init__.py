"""Taking in calls, visits and letters."""

from blueprints.intake import fragments
from blueprints.intake.views import bp

__all__ = ["bp", "fragments"]
