"""For machines that watch this one: alive, and ready."""
