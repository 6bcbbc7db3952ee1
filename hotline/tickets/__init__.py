"""The matter: a ticket, its states and verbs, its timeline, its deadlines, its departments' parts."""
