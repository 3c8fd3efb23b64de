"""A PDF file -> blocks: characters -> lines, tables and pictures of a page -> reading order -> headings and text."""
