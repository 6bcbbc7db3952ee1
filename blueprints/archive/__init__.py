"""The archive of ended matters."""
