#!/bin/sh
# Starts mysqld again whenever it ends, as a supervisor does, in a container that goes on: with the container, its
# small disk would be gone.
until docker-entrypoint.sh "$@"; do
  sleep 0.2
done
