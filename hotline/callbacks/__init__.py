"""Asking the caller afterwards (回访): a queue worked by people, never by a job."""
