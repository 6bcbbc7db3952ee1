"""The registers the field keeps, filled by the work itself, and the manager's daily review of them."""
