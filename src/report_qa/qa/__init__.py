"""From a question to a checked, cited answer: understand -> retrieve -> read -> verify -> cite."""
