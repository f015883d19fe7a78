"""Acts: opens conferences, invites, lets people in, and ends what is due."""
