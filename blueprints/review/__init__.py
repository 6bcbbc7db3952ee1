"""The shift leader's queue."""
