"""The proof that nothing is lost: `make chaos`, `python -m tests.chaos`, docs/reliability.md."""
