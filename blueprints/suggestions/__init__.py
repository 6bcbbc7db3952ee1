"""The suggestion book."""
