"""Destruction batches."""
