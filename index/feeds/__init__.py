"""Feeds: what sites publish in RSS, Atom, JSON Feed or a news sitemap, fetched politely.

`document` turns bytes into entries; `store` remembers feeds and what was taken from them;
`crawler` makes the requests; `sync` brings new entries in.
"""
