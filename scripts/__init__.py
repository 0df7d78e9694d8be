"""What `dev.py` and the package's build share: the workflow, one noun a module."""
