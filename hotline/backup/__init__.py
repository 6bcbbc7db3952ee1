"""Backups: everything the service knows in one file, read back and restored into an empty place."""
