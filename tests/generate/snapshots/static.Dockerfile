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
RUN npm run build

# The image that runs: files alone, which nginx serves
FROM nginx:stable-alpine
COPY --from=build /app/dist /usr/share/nginx/html
EXPOSE 80
CMD ["nginx","-g","daemon off;"]
