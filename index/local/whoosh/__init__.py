"""A snapshot as a Whoosh index: the only modules that import Whoosh's index machinery.

Codecs are Whoosh's extension point for storage. This one reads our arrays instead of the pickled,
compressed blocks of Whoosh's own codec, so that Whoosh opens the segments as they are on disk, with
its reader, searcher, query objects and matchers. Nothing is unpickled: there is no Whoosh table of
contents. Ordinary searches are answered from the same arrays by `index.lexical`, much faster.
"""
