"""What `make` runs: from a bare machine to a running, tested and checked Partyline."""
