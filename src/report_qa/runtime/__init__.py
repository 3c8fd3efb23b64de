"""What one process shares among all who use it: opened collections, the line before the model, imports, keys."""
