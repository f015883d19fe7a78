"""The local telephone network held to what Twilio documents, from outside."""
