"""The addresses of ``/api/v1`` and ``/v1``, a module a subject."""
