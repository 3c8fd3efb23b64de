"""The status page: models, indexes, health, usage and the settings in force."""
