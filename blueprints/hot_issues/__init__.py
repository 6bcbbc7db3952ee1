"""Hot issues: many callers about one matter."""
