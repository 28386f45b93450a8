"""Who may do what: keys, what each request needs, how often, and the gate that checks it."""
