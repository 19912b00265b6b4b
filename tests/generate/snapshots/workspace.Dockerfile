# Dockerfile by seaworthy for logbook: yours to adapt. The next run shows its changes and asks first.
# It is built from the root of the workspace: docker build --file logbook/Dockerfile .

# Base: what building and running have in common
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-slim AS base
WORKDIR /app
RUN apt-get update -qq && \
    apt-get install --no-install-recommends -y ca-certificates openssl tini && \
    rm -rf /var/lib/apt/lists/*
ARG PNPM_VERSION=10.2.0
RUN npm install --global "pnpm@${PNPM_VERSION}"

# Build: with all dependencies; only its result is kept
FROM base AS build
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY logbook/package.json logbook/package.json
COPY logbook/prisma/ logbook/prisma/
COPY shared/package.json shared/package.json
RUN pnpm install --frozen-lockfile --prod=false --filter "logbook..." --filter .
COPY . .
WORKDIR /app/logbook
RUN pnpm exec prisma generate
RUN pnpm --filter "logbook..." run build
RUN pnpm exec seaworthy prune --keep @prisma/client --drop @flydotio/litestream @photostructure/sqlite

# The image that runs: docker-entrypoint.js readies the database, then starts the command
FROM base
WORKDIR /app/logbook
ENV NODE_ENV="production"
COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/litestream
COPY --from=build --chown=node:node /app/package.json /app/package.json
COPY --from=build --chown=node:node /app/node_modules /app/node_modules
COPY --from=build --chown=node:node /app/shared /app/shared
COPY --from=build --chown=node:node /app/logbook /app/logbook
EXPOSE 3000
ENTRYPOINT ["/app/logbook/docker-entrypoint.js"]
CMD ["npm","run","start"]
