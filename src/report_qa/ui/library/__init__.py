"""The library page: collections with their documents, what was found in each, import and removal."""
