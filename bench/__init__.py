"""Benchmarks behind the budgets: `python -m bench`. Ratios measured in one run, never times."""
