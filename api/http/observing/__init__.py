"""What a server tells of itself: logs with request ids, metrics, traces."""
