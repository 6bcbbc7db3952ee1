"""Visitors who come to see one person of the house."""
