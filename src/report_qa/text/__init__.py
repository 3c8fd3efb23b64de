"""Chinese and English text primitives: no documents, no models, no input or output."""
