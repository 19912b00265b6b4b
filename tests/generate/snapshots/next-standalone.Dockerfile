# Dockerfile by seaworthy for logbook: yours to adapt. The next run shows its changes and asks first.

# Base: what building and running have in common
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-slim AS base
WORKDIR /app
RUN apt-get update -qq && \
    apt-get install --no-install-recommends -y ca-certificates openssl tini && \
    rm -rf /var/lib/apt/lists/*

# Build: with all dependencies; only its result is kept
FROM base AS build
COPY package.json package-lock.json ./
COPY prisma/ prisma/
RUN npm ci --include=dev
COPY . .
RUN npx prisma generate
RUN npm run build
RUN npx seaworthy prune --only seaworthy @prisma/client tsx --drop @flydotio/litestream @photostructure/sqlite --beside .next/standalone

# The image that runs: docker-entrypoint.js readies the database, then starts the command
FROM base
ENV NODE_ENV="production"
ENV HOSTNAME="0.0.0.0"
COPY --from=litestream/litestream:0.3.13 /usr/local/bin/litestream /usr/local/bin/litestream
COPY --from=build --chown=node:node /app/.next/standalone /app
COPY --from=build --chown=node:node /app/.next/static /app/.next/static
COPY --from=build --chown=node:node /app/node_modules /app/node_modules
COPY --from=build --chown=node:node /app/package.json /app/package.json
COPY --from=build --chown=node:node /app/public /app/public
COPY --from=build --chown=node:node /app/prisma/schema.prisma /app/prisma/schema.prisma
COPY --from=build --chown=node:node /app/prisma/migrations /app/prisma/migrations
COPY --from=build --chown=node:node /app/prisma/seed.ts /app/prisma/seed.ts
COPY --from=build --chown=node:node /app/src/db.ts /app/src/db.ts
COPY --from=build --chown=node:node /app/tsconfig.json /app/tsconfig.json
COPY --from=build --chown=node:node /app/docker-entrypoint.js /app/docker-entrypoint.js
COPY --from=build --chown=node:node /app/litestream.yml /app/litestream.yml
EXPOSE 3000
ENTRYPOINT ["/app/docker-entrypoint.js"]
CMD ["node","server.js"]
