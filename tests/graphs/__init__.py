"""Small graphs with scripted models, for tests, fixtures and benchmarks."""
