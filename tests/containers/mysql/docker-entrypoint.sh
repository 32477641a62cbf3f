#!/bin/bash
# Keeps the official MySQL image's contract: MYSQL_ROOT_PASSWORD or MYSQL_ALLOW_EMPTY_PASSWORD, MYSQL_DATABASE,
# MYSQL_USER, MYSQL_PASSWORD, /docker-entrypoint-initdb.d, and options after the image's name go to mysqld.
set -euo pipefail

[[ ${1:-} == -* ]] && set -- mysqld "$@"
[[ ${1:-} == mysqld ]] || exec "$@"

data=/var/lib/mysql
client=(mysql --protocol=socket --user=root)

quoted() { printf "'%s'" "$(sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" <<<"$1")"; }

accounts() {
    local password
    password=$(quoted "${MYSQL_ROOT_PASSWORD:-}")
    echo "CREATE USER 'root'@'%' IDENTIFIED BY $password;"
    echo "GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;"
    [[ -z ${MYSQL_DATABASE:-} ]] || echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"
    if [[ -n ${MYSQL_USER:-} ]]; then
        echo "CREATE USER $(quoted "$MYSQL_USER")@'%' IDENTIFIED BY $(quoted "${MYSQL_PASSWORD:-}");"
        [[ -z ${MYSQL_DATABASE:-} ]] ||
            echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO $(quoted "$MYSQL_USER")@'%';"
    fi
    # Last, since it ends the empty password that the statements above came in with.
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $password;"
}

run_init_files() {
    local file database=("${MYSQL_DATABASE:-}")
    [[ -n ${database[0]} ]] || database=()
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
        *.sh) bash "$file" ;;
        *.sql) "${client[@]}" "${database[@]}" <"$file" ;;
        *.sql.gz) gunzip -c "$file" | "${client[@]}" "${database[@]}" ;;
        esac
    done
}

# The first start: a server that listens on nothing but its socket makes accounts, then goes.
initialize() {
    local server
    if [[ -z ${MYSQL_ROOT_PASSWORD:-}${MYSQL_ALLOW_EMPTY_PASSWORD:-} ]]; then
        echo "set MYSQL_ROOT_PASSWORD or MYSQL_ALLOW_EMPTY_PASSWORD" >&2
        exit 1
    fi
    "$@" --initialize-insecure
    "$@" --skip-networking --mysqlx=OFF &
    server=$!
    until "${client[@]}" --execute 'SELECT 1' >/dev/null 2>&1; do
        kill -0 "$server"
        sleep 0.1
    done
    accounts | "${client[@]}"
    export MYSQL_PWD=${MYSQL_ROOT_PASSWORD:-}
    run_init_files
    unset MYSQL_PWD
    kill "$server"
    wait "$server"
}

if [[ $EUID -eq 0 ]]; then
    chown mysql:mysql "$data" /var/run/mysqld /var/lib/mysql-files
    exec setpriv --reuid=mysql --regid=mysql --clear-groups -- "$0" "$@"
fi
# By its full name, as the official image does: what waits for the server reads it in the log.
set -- /usr/sbin/mysqld "${@:2}"
[[ -d $data/mysql ]] || initialize "$@"
exec "$@"
