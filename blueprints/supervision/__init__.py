"""Watching over departments: urging notices, supervision, counts."""
