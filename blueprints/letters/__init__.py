"""The pages of letters: register entry, scans, decision, hand-over, reply letters."""

from blueprints.letters import replies, scanning
from blueprints.letters.views import bp

__all__ = ["bp", "replies", "scanning"]
