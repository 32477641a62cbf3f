#!/bin/bash
# Prepares the data directory of a member: MySQL's image runs it once, after it has made the directory. Every member does
# the same, and begins without a transaction of its own, so that it can join the group.
set -euo pipefail

password=${REPLICATION_PASSWORD:-$(<"${REPLICATION_PASSWORD_FILE:?}")}
# MySQL takes no longer ones for replication. Quotes would end the text below.
[[ $password =~ ^[[:alnum:]_-]{1,32}$ ]] || {
    echo "REPLICATION_PASSWORD must be up to 32 letters, digits, _ and -" >&2
    exit 1
}

MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --protocol=socket --user=root <<SQL
-- For the members, which read each other's binary log or copy each other's data, and for the service "group".
CREATE USER replication IDENTIFIED BY '$password' REQUIRE SSL;
GRANT REPLICATION SLAVE, BACKUP_ADMIN, CONNECTION_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO replication;
GRANT GROUP_REPLICATION_ADMIN, SYSTEM_VARIABLES_ADMIN ON *.* TO replication;
GRANT SELECT ON performance_schema.replication_group_members TO replication;

-- For HAProxy, whose checks can neither speak TLS nor answer a challenge: it has no password, and reads one word. A member
-- counts as the primary only while it sees a majority: one that was cut off notices it when the others notice its loss.
CREATE DATABASE cluster;
CREATE FUNCTION cluster.role() RETURNS VARCHAR(7) NOT DETERMINISTIC READS SQL DATA RETURN (
    SELECT IF(
        NOT @@GLOBAL.super_read_only
        AND SUM(member_id = @@GLOBAL.server_uuid AND member_state = 'ONLINE' AND member_role = 'PRIMARY') = 1
        AND SUM(member_state <> 'UNREACHABLE') * 2 > COUNT(*),
        'primary', 'other')
    FROM performance_schema.replication_group_members);
CREATE USER haproxy IDENTIFIED BY '' WITH MAX_USER_CONNECTIONS 20;
GRANT EXECUTE ON FUNCTION cluster.role TO haproxy;

-- After a start, it has no clients before it is in the group and up to date: the service "group" opens it. And it takes no
-- writes unless the group makes it the primary.
SET PERSIST_ONLY offline_mode = ON;
SET PERSIST_ONLY super_read_only = ON;
RESET BINARY LOGS AND GTIDS;
SQL
