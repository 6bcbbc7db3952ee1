"""The people who turn to the hotline, as the desk sees them."""
