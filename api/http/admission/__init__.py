"""How much a server does at once: bounded queues, and how many questions are worked on."""
