"""A knowledge base to try things on, and the commands that load the whole demonstration."""
