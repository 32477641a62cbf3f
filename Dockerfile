FROM rust:1.95-slim-trixie AS builder
# The commit, for the metric yaoshi_build_info.
ARG REVISION=unknown
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    BUILD_REVISION=$REVISION cargo build --release --locked --package yaoshi-server --bin yaoshi \
    && install -D target/release/yaoshi /out/yaoshi

FROM debian:trixie-slim
# The certificate authorities are all that the binary needs besides the C library.
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN useradd --system --uid 10001 --home-dir /var/lib/yaoshi --create-home --shell /usr/sbin/nologin yaoshi
COPY --from=builder /out/yaoshi /usr/local/bin/yaoshi
USER yaoshi
WORKDIR /var/lib/yaoshi
ENV YAOSHI_HTTP__LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["yaoshi", "healthcheck"]
ENTRYPOINT ["yaoshi"]
CMD ["serve"]
