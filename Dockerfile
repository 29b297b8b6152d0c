# The image for push and Kubernetes pools, and for `lifeguard up` anywhere:
#
#     docker build --tag registry.example/lifeguard:0.1.0 .
#
# It holds the code and its dependencies, so that a run downloads nothing; prefect.yaml names it with `pull: *code_in_image`.
# The dependencies are those of the day that pyproject.toml names ([tool.uv] exclude-newer), which uv reads there.

ARG PYTHON=3.12

FROM python:${PYTHON}-slim-bookworm AS build
COPY --from=ghcr.io/astral-sh/uv:0.13 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/opt/venv \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /opt/lifeguard
COPY pyproject.toml ./
RUN uv sync --no-default-groups --no-install-project
COPY README.md LICENSE prefect.yaml ./
COPY blocks ./blocks
COPY flows ./flows
COPY lifeguard ./lifeguard
RUN uv sync --no-default-groups

FROM python:${PYTHON}-slim-bookworm
RUN useradd --uid 10001 --create-home lifeguard
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/lifeguard /opt/lifeguard
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /opt/lifeguard
# By number: Kubernetes can tell only so that it is not root (runAsNonRoot).
USER 10001:10001
# Pools put `prefect flow-run execute` in its place.
CMD ["lifeguard", "up"]
