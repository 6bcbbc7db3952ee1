"""Faxes and parcels, and what waits for a person's signature."""
