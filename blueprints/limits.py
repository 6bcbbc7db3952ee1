"""How often one address may ask: for pages that are open to the world."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from hotline.config import Settings

READING = "120 per minute"
"""A person who types a search sends a few requests a second for a short while; a harvester never stops."""

SEARCHING = "120 per minute"
"""The same for somebody who is signed in: nobody reads the tickets one search after the other."""

LIMITER = Limiter(
    key_func=get_remote_address,
    strategy="moving-window",
    # Where Redis is gone, each process counts for itself: pages stay open, and limited ones stay limited.
    in_memory_fallback_enabled=True,
    # Of several requests at the moment Redis goes, only one falls back; the others are counted by nobody.
    swallow_errors=True,
)


def set_up(app: Flask, settings: Settings) -> None:
    """Count in the Redis server that the queue uses, so that all processes count together."""
    url = settings.redis_url
    storage = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    app.config.update(
        RATELIMIT_STORAGE_URI=storage, RATELIMIT_KEY_PREFIX="limits", RATELIMIT_HEADERS_ENABLED=True
    )
    LIMITER.init_app(app)
