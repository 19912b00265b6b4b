# Dockerfile by seaworthy for logbook: yours to adapt. The next run shows its changes and asks first.

# Base: what building and running have in common
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-slim AS base
WORKDIR /app

# Build: with all dependencies; only its result is kept
FROM base AS build
COPY package.json package-lock.json ./
RUN npm ci --include=dev
COPY . .
RUN npm prune --omit=dev

# The image that runs
FROM base
ENV NODE_ENV="production"
COPY --from=build --chown=node:node /app /app
USER node
EXPOSE 3000
CMD ["npm","run","start"]
