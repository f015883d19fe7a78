# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/product.txt
COPY localtwilio/requirements.txt /tmp/localtwilio.txt
# The telephone network is a few small packages; one image serves both, so that trying it is easy.
RUN /opt/venv/bin/pip install -r /tmp/product.txt -r /tmp/localtwilio.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8000
RUN useradd --no-create-home --uid 10001 partyline \
    && install -d -o partyline /app/var
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# By number, so that a cluster can see that it is not root.
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=4)"]
CMD ["gunicorn", "config.wsgi"]
