"""What the tests use: a network to call, an application it asks, handsets with hands."""
