"""Bringing pages in from elsewhere: WARC files, folders of saved pages, JSON Lines, another archive.

Pages go the way a crawl's do: capture, reading in a process of its own, record.
"""
