# Dockerfile by seaworthy for logbook: yours to adapt. The next run shows its changes and asks first.

# Base: what building and running have in common
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-slim AS base
WORKDIR /app
RUN apt-get update -qq && \
    apt-get install --no-install-recommends -y ca-certificates openssl tini && \
    rm -rf /var/lib/apt/lists/*
ARG YARN_VERSION=4.5.0
RUN npm install --global --force "@yarnpkg/cli-dist@${YARN_VERSION}"
ENV YARN_NODE_LINKER="node-modules"

# Build: with all dependencies; only its result is kept
FROM base AS build
COPY package.json yarn.lock ./
COPY prisma/ prisma/
RUN yarn install --immutable
COPY . .
RUN yarn run prisma generate
RUN yarn run seaworthy prune --drop @flydotio/litestream @photostructure/sqlite

# The image that runs: docker-entrypoint.js readies the database, then starts the command
FROM base
ENV NODE_ENV="production"
COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/litestream
COPY --from=build --chown=node:node /app /app
EXPOSE 3000
ENTRYPOINT ["/app/docker-entrypoint.js"]
CMD ["npm","run","start"]
