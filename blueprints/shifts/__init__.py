"""Handing shifts over."""
