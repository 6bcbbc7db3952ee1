"""A department's own tickets."""
