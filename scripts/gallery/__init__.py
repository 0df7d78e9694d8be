"""The gallery: what runs of every kind look like. `python -m scripts.gallery` takes the pictures.

Nothing in the package imports it. A run here is made by a real graph with a scripted model, is a
golden log of the tests, or is stored in a tutorial. Its times are made up, so that each build
shows the same.
"""
