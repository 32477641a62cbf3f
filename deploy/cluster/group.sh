#!/bin/bash
# Forms the group of the MEMBERS, and brings back those that left it. It alone starts the replication, and there must be
# only one of it. It begins a group only where every member answers and none is in one: then the member that has all
# transactions is the first.
#
# If a member is lost for good while no group exists, name those that are left: MEMBERS="mysql1 mysql2".
set -euo pipefail

read -ra members <<<"${MEMBERS:-mysql1 mysql2 mysql3}"
password=${REPLICATION_PASSWORD:-$(<"${REPLICATION_PASSWORD_FILE:?}")}
export MYSQL_PWD=$password
start="START GROUP_REPLICATION USER = 'replication', PASSWORD = '$password'"

# What was printed last, so that nothing is printed again and again.
said=

say() {
    [[ $* == "$said" ]] || echo "$(date --utc +%FT%TZ) $*"
    said=$*
}

# sql MEMBER STATEMENT: runs the statement and prints the result, one row a line.
sql() {
    timeout 120 mysql --host="$1" --user=replication --ssl-mode=REQUIRED --connect-timeout=2 \
        --batch --skip-column-names <<<"$2"
}

# Prints the state that a member reports of itself, and 1 if it is closed to clients. Fails where it does not answer.
state_of() {
    sql "$1" "SELECT CONCAT(COALESCE(MAX(member_state), 'OFFLINE'), ' ', @@GLOBAL.offline_mode)
        FROM performance_schema.replication_group_members WHERE member_id = @@GLOBAL.server_uuid" 2>/dev/null
}

# Lets a member join the group. It stays closed to clients until it is up to date.
join() {
    if sql "$1" "STOP GROUP_REPLICATION; $start"; then
        echo "$1 joins"
    else
        echo "$1 did not join: its log says why"
    fi
}

# Prints the first member that has the transactions of all of them.
most_advanced() {
    local candidate other executed
    for candidate in "${members[@]}"; do
        for other in "${members[@]}"; do
            executed=$(sql "$other" "SELECT @@GLOBAL.gtid_executed" | sed 's/\\n//g')
            [[ $(sql "$candidate" "SELECT GTID_SUBSET('$executed', @@GLOBAL.gtid_executed)") == 1 ]] || continue 2
        done
        echo "$candidate"
        return
    done
    return 1
}

# Begins the group with one member.
begin() {
    sql "$1" "STOP GROUP_REPLICATION; SET GLOBAL group_replication_bootstrap_group = ON"
    sql "$1" "$start" || echo "$1 did not begin it: its log says why"
    # Left on, it would begin a second group at the next start of the replication.
    sql "$1" "SET GLOBAL group_replication_bootstrap_group = OFF"
}

# Looks at all members once, and does what there is to do.
look() {
    local member state first grouped=() outside=() silent=()
    for member in "${members[@]}"; do
        state=$(state_of "$member") || state=
        case $state in
        'ONLINE 1') grouped+=("$member") && sql "$member" "SET GLOBAL offline_mode = OFF" ;;
        ONLINE* | RECOVERING*) grouped+=("$member") ;;
        '') silent+=("$member") ;;
        *) outside+=("$member") ;;
        esac
    done
    if ((${#grouped[@]})); then
        say "in the group: ${grouped[*]}; outside: ${outside[*]:-none}; silent: ${silent[*]:-none}"
        for member in "${outside[@]}"; do join "$member" & done
        wait
    elif ((${#silent[@]})); then
        say "no group, and none is begun while a member is silent: ${silent[*]}"
    elif first=$(most_advanced); then
        say "no group: $first begins it"
        begin "$first"
    else
        say "no group, and no member has all transactions: decide which one's count, see the chapter on clusters"
    fi
}

trap 'exit 0' TERM INT
while :; do
    look || true
    sleep 2 & wait $!
done
