"""Tickets: lists, the page of one ticket, and what is done with it."""
