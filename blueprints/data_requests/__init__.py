"""Requests of persons for their data."""
