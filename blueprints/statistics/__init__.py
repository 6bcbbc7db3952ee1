"""Figures for supervisors, each with what it counts."""
