"""What a person sets for themselves: language and password."""
