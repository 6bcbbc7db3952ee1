"""Staff accounts: who works here, in which roles, and who may work alone."""
