# Each target finds a Python, makes .venv and installs what it needs: see tools/bootstrap.py.
.PHONY: help run demo screenshots test check

help:
	@echo "make run     start everything on this machine: web, worker, beat, telephone network"
	@echo "make demo    the whole story without hands, in about a minute"
	@echo "make screenshots    take the pictures of docs/images, in a headless Chromium"
	@echo "make test    run every test"
	@echo "make check   run every static check"

run demo screenshots test check:
	@exec sh tools/bootstrap.sh $@
