"""Figures for supervisors, each with what it counts and the way to its matters."""

from blueprints.statistics import boards, comparing, exporting, reports, views
from blueprints.statistics.frame import bp

__all__ = ["boards", "bp", "comparing", "exporting", "reports", "views"]
