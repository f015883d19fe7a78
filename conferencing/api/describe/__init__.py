"""What the OpenAPI document says of each operation: a decorator for each."""
