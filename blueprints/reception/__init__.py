"""The reception desk: who waits, the petition register's form, its entries corrected."""

from blueprints.reception import corrections
from blueprints.reception.views import bp

__all__ = ["bp", "corrections"]
