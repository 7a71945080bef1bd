# The first stage installs, checked by hash, and builds; the last one gets the result alone: no compiler, no pip cache.
FROM python:3.13-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /build && python -m venv --without-pip /opt/mash-monitor
WORKDIR /src

COPY requirements.lock ./
RUN /build/bin/pip wheel --quiet --require-hashes --wheel-dir /wheels -r requirements.lock \
 && /build/bin/pip install --quiet --no-index --find-links /wheels hatchling

COPY pyproject.toml README.md LICENSE ./
COPY mash_monitor ./mash_monitor
# From the checked wheels only: exactly the locked versions, and of those only what running needs, so not the build backend.
RUN /build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /build/bin/pip --python /opt/mash-monitor/bin/python install --quiet --no-index --find-links /wheels "mash-monitor[postgres,web,xlsx]"

FROM python:3.13-slim

RUN groupadd --gid 10001 mash && useradd --uid 10001 --gid mash --no-create-home --home-dir /var/lib/mash-monitor --shell /usr/sbin/nologin mash \
 && install --directory --owner=mash --group=mash --mode=0700 /var/lib/mash-monitor
COPY --from=build /opt/mash-monitor /opt/mash-monitor
COPY config.toml /etc/mash-monitor/config.toml
COPY rules /etc/mash-monitor/rules
# What the configuration names as var/state.db then lies on the volume. A variable would say so too, but it would also
# overrule the configuration that somebody mounts in place of this one.
RUN ln -s /var/lib/mash-monitor /etc/mash-monitor/var

ENV PATH=/opt/mash-monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MASH_CONFIG=/etc/mash-monitor/config.toml
USER 10001:10001
WORKDIR /var/lib/mash-monitor
VOLUME /var/lib/mash-monitor

STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["mash-monitor", "health"]
ENTRYPOINT ["mash-monitor"]
CMD ["run"]
