"""What a server reports about itself: logs with request ids, metrics, traces."""
