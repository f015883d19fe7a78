"""Speaks Twilio: the port fulfilled by its REST API, and the webhooks it sends us."""
