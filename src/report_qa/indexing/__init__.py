"""The index: documents' sections and chunks, their vectors in Chroma, keyword statistics, and what built it all."""
