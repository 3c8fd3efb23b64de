"""The review page: pairs beside their highlighted source, decided by keyboard, timed."""
