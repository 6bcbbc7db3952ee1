"""Calling back: the queue, one callback with its script, what the caller said."""
