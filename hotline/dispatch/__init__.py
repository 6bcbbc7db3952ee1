"""Between the hotline and the departments: review, routing, sending, returning, extending, urging."""
