"""The rules as they are loaded: categories and limits, the dispatch catalogue, classes and code lists."""
