# One image for all services: what a container runs is its command, so every part of an installation has one version.
# The two images it starts from are arguments: deploy/images/base-images.sh makes both where no registry answers.
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# Manifests alone: as long as they are the same, the layers with packages come from the cache.
FROM ${BUILD_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/gateway/package.json apps/gateway/
COPY apps/mailbox-svc/package.json apps/mailbox-svc/
COPY apps/media-svc/package.json apps/media-svc/
COPY apps/notify-svc/package.json apps/notify-svc/
COPY libs/contracts/package.json libs/contracts/
COPY libs/event-store/package.json libs/event-store/
COPY libs/kernel/package.json libs/kernel/
COPY libs/messaging/package.json libs/messaging/
COPY libs/platform/package.json libs/platform/
COPY libs/testing/package.json libs/testing/
COPY tools/local/package.json tools/local/

# What runs. Without the manifests of development first: npm installs what workspaces need for their tests whatever it is
# told to omit. `npm ci` refuses a lock file that lacks other systems' builds of tools; `npm install` keeps its versions too.
# A certificate authority of one's own proxy can be handed in as the secret "ca".
FROM manifests AS packages
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    rm -r libs/testing tools && npm pkg delete devDependencies optionalDependencies --workspaces --include-workspace-root \
 && NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem npm install --ignore-scripts \
 && rm package-lock.json .npmrc node_modules/.package-lock.json \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca,target=/run/secrets/ca.pem \
    NODE_EXTRA_CA_CERTS=/run/secrets/ca.pem npm install --ignore-scripts --include-workspace-root \
      -w apps/gateway -w apps/mailbox-svc -w apps/media-svc -w apps/notify-svc
COPY tsconfig.base.json ./
COPY libs libs
COPY apps apps
RUN node_modules/.bin/tsc -b apps/gateway apps/mailbox-svc apps/media-svc apps/notify-svc \
 && find apps libs -path '*/dist/*' \( -name '*.d.ts' -o -name '*.d.ts.map' -o -name '*.tsbuildinfo' \) -delete \
 && mkdir -p /product /data/recordings /data/spool \
 && cp -r --parents apps/*/package.json apps/*/dist apps/media-svc/prompts apps/media-svc/decoders libs/*/package.json libs/*/dist libs/contracts/generated /product

FROM ${BASE_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Aftertone" \
      org.opencontainers.image.description="Event-sourced, multi-tenant voicemail platform on NATS: all services" \
      org.opencontainers.image.licenses="Apache-2.0 AND CC-BY-SA-3.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=packages /app/ ./
COPY --from=build /product/ ./
COPY LICENSE ./
# A new volume takes over the owner of the folder that it covers.
COPY --from=build --chown=65532:65532 /data/ /var/lib/aftertone/
ENV NODE_ENV=production PORT=8080
EXPOSE 8080
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps"]
CMD ["apps/gateway/dist/main.js"]
