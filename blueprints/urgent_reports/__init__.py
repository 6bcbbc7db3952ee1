"""Urgent reports to the leaders."""
