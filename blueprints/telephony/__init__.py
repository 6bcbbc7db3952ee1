"""The telephone: what exchanges tell, what rings where, which numbers are refused."""

from blueprints.telephony import exchange, recordings, refused
from blueprints.telephony.api import bp as api
from blueprints.telephony.views import bp

__all__ = ["api", "bp", "exchange", "recordings", "refused"]
