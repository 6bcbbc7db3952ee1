"""The working calendar: the year, local decisions, the yearly notice, and what it changes."""
