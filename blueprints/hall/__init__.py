"""Services at the window of the hall."""
