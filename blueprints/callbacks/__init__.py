"""Calling back: the queue, one callback with its script, samples, rulings and reports."""

from blueprints.callbacks import asking, callers, customers, leaving_out, managing, summarising, views
from blueprints.callbacks.assessments import bp as assessments
from blueprints.callbacks.frame import bp
from blueprints.callbacks.votes import bp as votes

__all__ = [
    "asking",
    "assessments",
    "bp",
    "callers",
    "customers",
    "leaving_out",
    "managing",
    "summarising",
    "views",
    "votes",
]
