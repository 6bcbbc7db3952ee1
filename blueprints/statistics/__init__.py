"""Figures for supervisors, each with what it counts and the way to its matters."""

from blueprints.statistics import (
    boards,
    comparing,
    complaining,
    exporting,
    inspecting,
    machine,
    reports,
    views,
)
from blueprints.statistics.frame import bp

__all__ = [
    "boards",
    "bp",
    "comparing",
    "complaining",
    "exporting",
    "inspecting",
    "machine",
    "reports",
    "views",
]
