# Each target finds a Python, makes .venv and installs what it needs: see tools/bootstrap.py.
.PHONY: help run demo screenshots test check bench chaos

help:
	@echo "make run     start everything on this machine: web, worker, beat, telephone network"
	@echo "make demo    the whole story without hands, in about a minute"
	@echo "make screenshots    take the pictures of docs/images, in a headless Chromium"
	@echo "make test    run every test"
	@echo "make check   run every static check"
	@echo "make bench   measure it against references, on both databases (20 minutes)"
	@echo "make chaos   kill, drop, shuffle: the whole proof that nothing is lost (hours; ROWS=crowd for one row)"

run demo screenshots test check bench chaos:
	@exec sh tools/bootstrap.sh $@
