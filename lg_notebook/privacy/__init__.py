"""What may leave Python: masked secrets, withheld kinds of data, cut payloads, the budget of media.

`model` and the rooms above it may import it.
It never keeps a secret longer than its run, and never lets a part of one through.
"""
