"""The feedback page: what people said of answers, made into FAQ drafts and evaluation cases."""
