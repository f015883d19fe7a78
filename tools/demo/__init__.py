"""`make demo`: the whole story of Partyline, told and checked while it happens."""
