"""The page at `/`: what a browser is shown, made on the server from the same objects as the API.

`state` is what a URL says, `views` turn answers into what templates print, `interface` speaks the
reader's language, `assets` are the files beside the page, `rendering` puts them together. Routes
are in `api.web.routes.page`.
"""
