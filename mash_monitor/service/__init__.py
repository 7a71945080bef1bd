"""What the service does: one pass, its messages, delivery, and the daemon that does them in time."""
