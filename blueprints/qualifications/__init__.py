"""Examinations, and who may take calls alone."""
