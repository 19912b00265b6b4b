# Dockerfile by seaworthy for logbook: yours to adapt. The next run shows its changes and asks first.

# Base: what building and running have in common
ARG BUN_VERSION=1
FROM oven/bun:${BUN_VERSION}-slim AS base
WORKDIR /app
RUN apt-get update -qq && \
    apt-get install --no-install-recommends -y ca-certificates openssl tini && \
    rm -rf /var/lib/apt/lists/*

# Build: with all dependencies; only its result is kept
FROM base AS build
COPY package.json bun.lock ./
COPY prisma/ prisma/
RUN bun install --frozen-lockfile
COPY . .
RUN bunx prisma generate
RUN bunx seaworthy prune --drop @flydotio/litestream

# The image that runs: docker-entrypoint.js readies the database, then starts the command
FROM base
ENV NODE_ENV="production"
COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/litestream
COPY --from=build --chown=bun:bun /app /app
EXPOSE 3000
ENTRYPOINT ["/app/docker-entrypoint.js"]
CMD ["bun","run","start"]
