# The program with all it needs to run, and no compiler. docs/operations.md tells how to use it.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
COPY public public
RUN npm run build
# Only the build needs these.
RUN rm -r node_modules/typescript node_modules/@types node_modules/esbuild node_modules/@esbuild

FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/srv/gif-chat/data UPLOADS_DIR=/srv/gif-chat/uploads
WORKDIR /app
COPY package.json ./
COPY scripts/node-version.js scripts/
COPY views views
COPY public public
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# A new volume that is mounted there gets the owner of these folders.
RUN mkdir -p /srv/gif-chat/data /srv/gif-chat/uploads && chown -R node:node /srv/gif-chat
USER node
EXPOSE 8005
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8005) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself, without a shell or npm, so that `docker stop` sends its signal to the program.
CMD ["node", "dist/server.js"]
