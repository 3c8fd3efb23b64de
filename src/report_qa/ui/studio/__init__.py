"""The studio page: drafting with progress and stop, what is covered, releases, and files."""
