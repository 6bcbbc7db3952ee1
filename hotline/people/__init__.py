"""Staff, roles, departments, qualifications."""
