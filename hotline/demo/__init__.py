"""A desk to try things on: made-up people and matters, worked through by the same verbs as real ones."""
