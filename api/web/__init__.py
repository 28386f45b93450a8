"""The page at `/`, rendered on the server from the same objects as the API.

`state` is what a URL says, `views` turn answers into what templates print, `interface` has the
reader's language, `assets` are the page's files, `rendering` puts them together. Routes are in
`api.web.routes.page`.
"""
