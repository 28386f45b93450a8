"""How much a server does at once: bounded queues, and a limit on concurrent requests."""
