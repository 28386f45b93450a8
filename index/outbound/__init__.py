"""HTTP to addresses that others supply: feeds, linked pages, webhooks. Guarded against misuse.

`Outbound.fetch` speaks http and https only, connects to no private address unless the settings
allow it, and to exactly the address that was checked; it follows redirects by the same rules, and
has limits on size and time. It never goes through a proxy, which would connect unchecked.

Nothing is handed on here: settings read `addresses` alone, and need no HTTP client for it.
"""
