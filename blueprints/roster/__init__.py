"""Who is on duty, who is away, who stands in."""
