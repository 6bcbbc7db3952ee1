"""Categories of contacts, the policy each one carries, and the profiles they come from."""
