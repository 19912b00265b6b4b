# Dockerfile by seaworthy for logbook: yours to adapt. The next run shows its changes and asks first.

# Base: what building and running have in common
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-bookworm-slim AS base
WORKDIR /app
RUN apt-get update -qq && \
    apt-get install --no-install-recommends -y ca-certificates openssl tini && \
    rm -rf /var/lib/apt/lists/*

# Build: with all dependencies; only its result is kept
FROM base AS build
COPY --link package.json package-lock.json ./
COPY --link prisma/ prisma/
RUN npm ci --include=dev
COPY --link . .
RUN npx prisma generate
RUN npx seaworthy prune --drop @flydotio/litestream @photostructure/sqlite
RUN find . -name 'libquery_engine-*.node' -exec cp {} query-engine.node ';'

# The image that runs: docker-entrypoint.js readies the database, then starts the command
FROM gcr.io/distroless/nodejs22-debian12
WORKDIR /app
ENV PRISMA_QUERY_ENGINE_LIBRARY="/app/query-engine.node"
ENV NODE_ENV="production"
COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/litestream
COPY --link --from=build --chown=65532:65532 /app /app
EXPOSE 3000
ENTRYPOINT ["/nodejs/bin/node","/app/docker-entrypoint.js"]
CMD ["node","src/server.js"]
