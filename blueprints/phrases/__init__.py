"""Sentences that are typed by an abbreviation."""
