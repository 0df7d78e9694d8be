"""Words that make sentences hard to read, each with what to write instead.

`scripts.words` checks for them. This file is not checked itself.
"""

BANNED = {
    r"told|tells|telling": "says, shows, names, reports",
    r"(?:un)?heard": "received, handled",
    r"given": "passed, set, from the caller",
    r"asked": "requested, called, prompted",
    r"settl(?:e|es|ed|ing)": "finish, decide, resolve",
    r"go on|goes on|going on|went on|gone on": "continue, still runs",
    r"likewise": "also, in the same way",
    r"in (?:its|their|his|the) place(?: of)?": "instead, instead of",
    r"what (?:is|was|were|are) left": "the rest, the result (name it)",
    r"what (?:comes|came|has come|had come|have come)": "output received so far (name it)",
    r"speaks?|spoke|spoken|speaking": "streams, writes, reports",
    r"stands?|stood|standing": "is, means, represents",
    r"anew": "again",
    r"at once": "immediately, at the same time",
    r"so long": "until then, while",
    r"(?:is|are|was|were|be|been) no": "is not a",
    r"(?:for|to|by|of|from|with|lets?) who": "for callers that … (name them)",
    r"who waits?|who asks?|who calls?": "the caller",
    r"lest": "so that … not",
    r"all the same": "anyway, also",
    r"twins?": "static face; async form",
}
"""Each banned word, as a regular expression, with what to write instead."""

ALLOWED = {
    r"there (?:is|are|was|were|has been|have been) no": "says that nothing exists, as anybody would",
    r"(?:is|are|was|were) no (?:longer|more)": "is about time, not about what a thing is",
    r"stand-ins?": "the usual noun for a substitute in a test",
    r"(?:any model|an expert) speaks|bob speaking|(?<=\[)speak(?=\])|(?<=')speak(?=')|"
    r"(?<=\")(?:all at once|go on|went on)(?=\")": "said by sample graphs, and so in golden logs",
}
"""Phrases that have a banned word and are plain English, each with the reason."""
