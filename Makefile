# Each target finds a Python, makes .venv and installs what it needs: see tools/bootstrap.py.
.PHONY: help run test check

help:
	@echo "make run     start everything on this machine: web, worker, beat, telephone network"
	@echo "make test    run every test"
	@echo "make check   run every static check"

run test check:
	@exec sh tools/bootstrap.sh $@
