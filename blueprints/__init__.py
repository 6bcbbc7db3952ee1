"""The web: a request becomes one verb, its outcome a page."""
