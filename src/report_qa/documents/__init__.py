"""From a file to chunks: readers -> blocks (plain, markdown) -> sections -> chunks (with tables as statements)."""
