"""The same matter again: finding it while a contact is typed, and many callers about one thing."""
