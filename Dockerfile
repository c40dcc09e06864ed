# GCM Graph in a container: docs/install.md, "In a container".
ARG BASE=docker.io/library/debian:trixie-slim

# Debian keeps one version of a package for a release, so the packages have none (hadolint: DL3008).
FROM ${BASE} AS build
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-venv nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/gcmgraph
# What the lock files name, before the code, so that a change of code downloads nothing.
COPY requirements.txt requirements-dev.txt ./
RUN python3 -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes --requirement requirements.txt \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes --constraint requirements-dev.txt 'psycopg[binary]'
COPY src/gcmgraph/web/frontend/package.json src/gcmgraph/web/frontend/package-lock.json src/gcmgraph/web/frontend/
RUN npm ci --prefix src/gcmgraph/web/frontend --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build --prefix src/gcmgraph/web/frontend \
 && rm -rf src/gcmgraph/web/frontend/node_modules \
 && .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable .

FROM ${BASE}
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 fonts-dejavu-core fonts-wqy-microhei \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/gcmgraph --create-home gcmgraph
COPY --from=build /opt/gcmgraph /opt/gcmgraph
ENV PATH=/opt/gcmgraph/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    GCMGRAPH_ROOT=/opt/gcmgraph \
    GCMGRAPH_HOST=0.0.0.0 \
    GCMGRAPH_STORE=/var/lib/gcmgraph/store \
    GCMGRAPH_CONTRIBUTIONS=/var/lib/gcmgraph/contributions \
    GCMGRAPH_IMPORTS=/var/lib/gcmgraph/imports \
    GCMGRAPH_SOURCES=/var/lib/gcmgraph/sources
# By number, so that a host knows that it is not root.
USER 10001
WORKDIR /var/lib/gcmgraph
VOLUME /var/lib/gcmgraph
EXPOSE 8080
HEALTHCHECK --start-period=5m \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=5)"]
CMD ["sh", "-c", "gcmgraph build || echo 'The build reported what is above; what it could publish is served.'; exec gcmgraph serve"]
