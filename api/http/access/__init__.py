"""Who may do what: keys, what each request needs, request rates, and the gate that checks them."""
