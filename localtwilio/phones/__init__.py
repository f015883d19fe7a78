"""Virtual handsets: the control API for scripts, the ledger, and the page at `/`."""
