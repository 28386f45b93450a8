"""What long work needs from the process: cores, deadlines, caches, waiting for locks."""
