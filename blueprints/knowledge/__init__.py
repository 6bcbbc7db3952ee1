"""The knowledge base: reading, writing and reviewing articles, and what they lack."""

from blueprints.knowledge import editing, figures, gaps, reading, reviewing, upkeep
from blueprints.knowledge.pages import bp

__all__ = ["bp", "editing", "figures", "gaps", "reading", "reviewing", "upkeep"]
