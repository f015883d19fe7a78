"""TwiML: verbs parsed as data, and the loop that runs them."""
