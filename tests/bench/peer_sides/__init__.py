"""What teams would use instead, each with the same rows and thirty rules; run in an environment of their own."""
