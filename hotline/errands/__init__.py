"""What the desk owes people besides tickets: messages passed on, promised replies, calls made back."""
