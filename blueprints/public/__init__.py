"""Pages for everybody: how a matter stands."""
