"""Recognise credentials by their names, such as `OPENAI_API_KEY` and `db_password`."""

from __future__ import annotations

import functools
import re
from typing import Any

MASK = "[masked]"
"""The text that replaces a secret."""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")

_ENDINGS = re.compile(
    r"""(?<=[a-z])(?:_?\d+|_(?:v\d+|prod|production|dev|development|test|testing|stage|staging
        |live|sandbox|local|ci|old|new|base|value|primary|secondary|backup|default|admin|root
        |ro|rw|eu|us))+$""",
    re.VERBOSE,
)
"""What may follow the last word: `DB_PASSWORD_PROD`, `OPENAI_API_KEY_2`."""

_CREDENTIAL = re.compile(
    r"""(?:^|_)(?:
        [a-z0-9]*api_?keys?
      | (?:access|secret|private|auth|signing|encryption|client|account|subscription|master|admin
          |service|license|webhook|openai|open_ai|azure|anthropic|claude|google|gemini|vertex
          |mistral|cohere|groq|grok|xai|deepseek|together|fireworks|perplexity|replicate
          |openrouter|huggingface|hf|nvidia|voyage|jina|tavily|serper|serpapi|exa|firecrawl
          |pinecone|weaviate|qdrant|supabase|langsmith|langchain|langfuse|wandb|stripe|twilio
          |sendgrid|github|gitlab|aws)_?keys?
      | (?!(?:max|min|num|new|next|prev|previous|first|last|stop|start|end|eos|bos|pad|unk|sep|cls
          |mask|special|prompt|completion|input|output|total|time_to_first|page|pagination|cursor
          |continuation|cancel|cancellation|author|image|audio|video|text|cached|reasoning|per
          |each|this|current|single|one|any)_)[a-z0-9]+_token
      | (?:api|access|auth|bearer|refresh|session)token
      | (?:api|access|auth|bearer|refresh)_tokens
      | secrets? | [a-z0-9]*passw(?:or)?d
      | (?!(?:first|second|third|last|next|forward|backward|single|multi|render|by|one|two)_)
        [a-z0-9]+_pass
      | (?!(?:old|init|initial|orig|original|start|current|previous|prev|last)_)[a-z0-9]+_pwd
      | [a-z0-9]+_pat | passphrase | credentials? | authorization
      | cookie | connection_string | dsn
    )$""",
    re.VERBOSE,
)

_VARIABLE = re.compile(r"(?!.*(?:public|primary|foreign|sort|partition|cache|row)_)\w+_key")
"""A name in capitals, as the environment has them, is a credential with any word before `KEY`."""

_LONGEST = 100
"""Characters that a key may have for its result to be cached."""


def is_credential(key: object) -> bool:
    """Whether a key's name shows that its value is a secret.

    Args:
        key: Any mapping key or attribute name.

    Example:
        >>> is_credential("OPENAI_API_KEY"), is_credential("x-api-key"), is_credential("tokens")
        (True, True, False)
    """
    if not isinstance(key, str):
        return False
    # Every run has the same names, above all the environment's. Long names are not cached.
    return (
        _is_credential_name(key) if len(key) <= _LONGEST else _is_credential_name.__wrapped__(key)
    )


@functools.lru_cache(maxsize=2048)
def _is_credential_name(key: str) -> bool:
    words = _ENDINGS.sub("", _WORDS.sub("_", key).lower().strip("_"))
    if key.isupper() and _VARIABLE.fullmatch(words) is not None:
        return True
    return _CREDENTIAL.search(words) is not None


def mask_secret(value: Any) -> Any:
    """Mask the value of a credential key, except empty values and flags.

    Example:
        >>> mask_secret("sk-12345678"), mask_secret(None)
        ('[masked]', None)
    """
    return value if value is None or value == "" or isinstance(value, bool) else MASK
