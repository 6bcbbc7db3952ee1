"""What may be answered: articles and their revisions, search, citations, and the gaps they leave."""
