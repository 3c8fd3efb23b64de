"""The programming interface: ``/api/v1``, the OpenAI-compatible ``/v1``, and the MCP server, over one backend."""
