"""Mail: written into an outbox with the business change, sent after it by the worker, each once."""
