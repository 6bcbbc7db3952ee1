"""Which content class and which department a matter most likely belongs to, offered and never chosen."""
