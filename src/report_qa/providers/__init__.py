"""The models at work: embedders, cross-encoders and chat models behind three small interfaces.

Importing this package or its modules loads no model library; the libraries are imported when a model is loaded.
"""
