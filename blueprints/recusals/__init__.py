"""Who is kept out of a matter, and who alone may see it."""
