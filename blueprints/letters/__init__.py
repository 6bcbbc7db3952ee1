"""The pages of letters: register entry, scans, decision, hand-over, reply letters."""

from blueprints.letters import corrections, replies, scanning
from blueprints.letters.views import bp

__all__ = ["bp", "corrections", "replies", "scanning"]
