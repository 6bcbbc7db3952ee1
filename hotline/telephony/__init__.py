"""The telephone: what an exchange tells of calls, whose desk they ring at, which numbers are refused."""
