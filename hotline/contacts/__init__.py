"""What came in: calls, visits and letters, and the people they came from."""
