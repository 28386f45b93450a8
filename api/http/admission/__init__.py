"""How much a server does at once: lanes with a bounded queue, and who keeps them."""
