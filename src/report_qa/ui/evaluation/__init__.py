"""The page that measures how right the answers are: start a run, watch it, read it, compare two."""
