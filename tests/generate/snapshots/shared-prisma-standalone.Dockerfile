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
ENV DATABASE_URL="file:./build.db"
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY logbook/package.json logbook/package.json
COPY shared/prisma/ shared/prisma/
COPY shared/prisma.config.ts shared/prisma.config.ts
COPY shared/package.json shared/package.json
RUN pnpm install --frozen-lockfile --prod=false --filter "logbook..." --filter .
COPY . .
WORKDIR /app/logbook
RUN cd ../shared && pnpm exec prisma generate
RUN pnpm --filter "logbook..." run build
RUN pnpm exec seaworthy prune --only seaworthy @prisma/client tsx --drop @flydotio/litestream @photostructure/sqlite --beside .next/standalone --from ../shared && \
    mkdir -p node_modules ../shared/node_modules

# The image that runs: docker-entrypoint.js readies the database, then starts the command
FROM base
WORKDIR /app/logbook
ENV NODE_ENV="production"
ENV HOSTNAME="0.0.0.0"
COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/litestream
COPY --from=build --chown=node:node /app/logbook/.next/standalone /app
COPY --from=build --chown=node:node /app/logbook/.next/static /app/logbook/.next/static
COPY --from=build --chown=node:node /app/node_modules /app/node_modules
COPY --from=build --chown=node:node /app/logbook/node_modules /app/logbook/node_modules
COPY --from=build --chown=node:node /app/shared/node_modules /app/shared/node_modules
COPY --from=build --chown=node:node /app/logbook/package.json /app/logbook/package.json
COPY --from=build --chown=node:node /app/shared/package.json /app/shared/package.json
COPY --from=build --chown=node:node /app/shared/prisma/schema.prisma /app/shared/prisma/schema.prisma
COPY --from=build --chown=node:node /app/shared/prisma/migrations /app/shared/prisma/migrations
COPY --from=build --chown=node:node /app/shared/prisma.config.ts /app/shared/prisma.config.ts
COPY --from=build --chown=node:node /app/shared/prisma/seed.ts /app/shared/prisma/seed.ts
COPY --from=build --chown=node:node /app/shared/src/client /app/shared/src/client
COPY --from=build --chown=node:node /app/logbook/docker-entrypoint.js /app/logbook/docker-entrypoint.js
COPY --from=build --chown=node:node /app/logbook/litestream.yml /app/logbook/litestream.yml
EXPOSE 3000
ENTRYPOINT ["/app/logbook/docker-entrypoint.js"]
CMD ["node","server.js"]
