"""Where everybody arrives: what waits for me."""
