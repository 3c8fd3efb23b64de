"""The web page: a conversation about the documents, with every statement one click from its passage."""
