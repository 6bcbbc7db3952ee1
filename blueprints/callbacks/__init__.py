"""Calling back: the queue, one callback with its script, samples, rulings and reports."""

from blueprints.callbacks import managing, views
from blueprints.callbacks.assessments import bp as assessments
from blueprints.callbacks.frame import bp

__all__ = ["assessments", "bp", "managing", "views"]
