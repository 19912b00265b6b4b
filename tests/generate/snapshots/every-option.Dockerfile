# Dockerfile by seaworthy for logbook: yours to adapt. The next run shows its changes and asks first.

# Base: what building and running have in common
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-slim AS base
WORKDIR /app
ARG A="1"
ENV TZ="UTC"
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update -qq && \
    apt-get install --no-install-recommends -y ca-certificates openssl tini vim
LABEL a=1

# Build: with all dependencies; only its result is kept
FROM base AS build
ARG B="2"
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update -qq && \
    apt-get install --no-install-recommends -y git
ENV CI="1"
COPY --link package.json package-lock.json ./
COPY --link prisma/ prisma/
RUN --mount=type=cache,target=/root/.npm \
    npm ci --include=dev --ignore-scripts --legacy-peer-deps
COPY --link . .
RUN sed -i 's/\r$//' docker-entrypoint.js && \
    chmod +x docker-entrypoint.js
RUN --mount=type=secret,id=TOKEN \
    --mount=type=secret,id=KEY \
    export TOKEN="$(cat /run/secrets/TOKEN)" && \
    export KEY="$(cat /run/secrets/KEY)" && \
    npx prisma generate
RUN --mount=type=secret,id=TOKEN \
    --mount=type=secret,id=KEY \
    export TOKEN="$(cat /run/secrets/TOKEN)" && \
    export KEY="$(cat /run/secrets/KEY)" && \
    npm run build
RUN npx seaworthy prune --drop @flydotio/litestream @photostructure/sqlite
RUN true

# The image that runs: docker-entrypoint.js readies the database, then starts the command
FROM base
ARG C="3"
ENV NODE_ENV="production"
ENV PORT="8080"
ENV LOG="a \"b\" $C"
COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/litestream
COPY --link --from=build --chown=1000:1000 /app /app
LABEL b=2
EXPOSE 8080
ENTRYPOINT ["/app/docker-entrypoint.js","nice","-n","5"]
CMD ["node","server.js"]
