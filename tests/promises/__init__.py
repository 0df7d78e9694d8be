"""What the design promises, fault by fault: each test is an input that broke a promise once."""
