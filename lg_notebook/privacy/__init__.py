"""Limit what leaves Python: mask secrets, withhold kinds of data, cut payloads and media.

`model` and the rooms above it may import it.
It never keeps a secret longer than its run, and never shows a recognisable part of one.
"""
