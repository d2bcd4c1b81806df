"""The network, and what is done with it."""
