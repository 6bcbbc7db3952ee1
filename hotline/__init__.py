"""The rules: what may happen to a contact, a ticket, a deadline, a callback."""
