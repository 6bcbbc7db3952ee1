"""How long matters and callers' data are kept, how they go, and what a person may ask of us."""
