"""Reviewed questions and answers: drafted from the documents, checked, reviewed, released, and served verbatim."""
