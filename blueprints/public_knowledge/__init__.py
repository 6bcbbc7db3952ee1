"""Public articles, for everybody and without signing in."""
