// What the requests to a receiver of webhooks have to be, whichever instance was killed.

/** How many deliveries an instance sends at the same time. */
const BATCH = 32;

/**
 * Compares what a receiver was sent with what is on record, and what people know of it.
 *
 * Returns lists of what must not be: the test expects all of `faults` to be empty.
 */
export function audit({ receiver, kills, journals, rows }) {
  const requests = receiver.requests;
  const events = new Map();
  for (const { id, event } of requests) {
    // The first message of an event has an openid where there is one.
    if (!events.has(id)) {
      events.set(id, { ...event.data, key: event.data.user_id ?? event.data.openid ?? id });
    }
  }
  const killed = new Set(kills.map(({ sender }) => sender));
  const repetitions = pairs(grouped(requests, ({ id }) => id));
  // An instance that is killed after an answer has not recorded it. All other repetitions follow no answer in time.
  const afterTaken = repetitions.filter(([before]) => before.outcome === 'taken');
  return {
    repetitions: repetitions.length,
    repetitionsAfterTaken: afterTaken.length,
    takeovers: takeovers(requests, kills),
    faults: {
      lost: rows.filter(({ id }) => !receiver.events.has(id)),
      invented: invented(requests, rows, events),
      'out of order': outOfOrder(requests, events),
      'two instances at a time': returningSenders(requests),
      'repeated without need': afterTaken.filter(
        ([before, again]) => !killed.has(before.sender) || again.sender === before.sender,
      ),
      'more than a batch repeated': batches(requests, events, afterTaken),
      'not what people did': contradictions(journals, rows, events),
    },
  };
}

/** The items in groups, by what `keyOf` returns. `Map.groupBy` needs Node.js 21. */
function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) {
      groups.set(key, []);
    }
    groups.get(key).push(item);
  }
  return groups;
}

/** Each request with the one before of the same group. */
function pairs(groups) {
  return [...groups.values()].flatMap((group) =>
    group.slice(1).map((request, index) => [group[index], request]),
  );
}

/** The requests that tell something else than what is on record, or than the first request about the same event. */
function invented(requests, rows, events) {
  const recorded = new Map(rows.map((row) => [row.id, row]));
  return requests.filter(({ id, event }) => {
    const row = recorded.get(id);
    const { sequence, user_id, session_id } = event.data;
    const isSame = event.type === row?.kind && user_id === row.userId && session_id === row.sessionId;
    return !isSame || sequence !== events.get(id).sequence;
  });
}

/**
 * The requests that came too early or too late. An event comes when all before it about the same person were taken and
 * the request before has ended, and never again after a later one has come.
 */
function outOfOrder(requests, events) {
  const keys = grouped(events, ([, { key }]) => key);
  const positions = new Map();
  for (const ofKey of keys.values()) {
    ofKey.sort(([, one], [, other]) => one.sequence - other.sequence);
    for (const [position, [id]] of ofKey.entries()) {
      positions.set(id, position);
    }
  }
  const faults = [];
  for (const ofKey of grouped(requests, ({ id }) => events.get(id).key).values()) {
    let taken = 0;
    let before = { ended: 0, position: 0 };
    for (const request of ofKey) {
      const position = positions.get(request.id);
      if (position < before.position || position > taken || !(before.ended < request.began)) {
        faults.push(request);
      }
      if (position === taken && ['taken', 'answered too late'].includes(request.outcome)) {
        taken += 1;
      }
      before = { ...request, position };
    }
  }
  return faults;
}

/** The requests of processes that had sent something before, until another one began to. */
function returningSenders(requests) {
  const past = new Set();
  return requests.filter(({ sender }, index) => {
    const before = requests[index - 1]?.sender;
    if (before !== undefined && before !== sender) {
      past.add(before);
    }
    return past.has(sender);
  });
}

/** The processes that had more taken without a record of it than the last batch has room for. */
function batches(requests, events, afterTaken) {
  const lastOfKeys = new Map(
    requests.map((request) => [`${request.sender} ${events.get(request.id).key}`, request]),
  );
  const faults = [];
  for (const [sender, unrecorded] of grouped(afterTaken, ([{ sender }]) => sender)) {
    const isLast = ([before]) => lastOfKeys.get(`${sender} ${events.get(before.id).key}`) === before;
    if (unrecorded.length > BATCH || !unrecorded.every(isLast)) {
      faults.push({ sender, unrecorded });
    }
  }
  return faults;
}

/** How long each takeover took, in milliseconds: from the kill to the first request of another process. */
function takeovers(requests, kills) {
  return kills.flatMap(({ sender, at }) => {
    const next = requests.find((request) => request.at > at && request.sender !== sender);
    return next ? [next.at - at] : [];
  });
}

/**
 * The answered requests whose events are not on record in the order of the answers, and the events that no request can
 * have caused: one without an answer may have happened, once.
 */
function contradictions(journals, rows, events) {
  const faults = [];
  const left = new Set(rows);
  const maybe = [];
  const ofUsers = grouped(rows, ({ userId }) => userId);
  for (const ofUser of ofUsers.values()) {
    ofUser.sort((one, other) => events.get(one.id)?.sequence - events.get(other.id)?.sequence);
  }
  for (const journal of journals) {
    const next = new Map();
    for (const step of journal) {
      if (!step.isAnswered) {
        maybe.push(step.kind);
        continue;
      }
      const candidates = ofUsers.get(step.userId) ?? [];
      const from = step.userId ? (next.get(step.userId) ?? 0) : 0;
      const found = candidates.findIndex((row, index) => index >= from && isCausedBy(row, step));
      if (found < 0) {
        faults.push(step);
        continue;
      }
      next.set(step.userId, found + 1);
      left.delete(candidates[found]);
    }
  }
  for (const row of left) {
    const found = maybe.indexOf(row.kind);
    if (found < 0) {
      faults.push(row);
    } else {
      maybe.splice(found, 1);
    }
  }
  return faults;
}

function isCausedBy({ id, kind, sessionId }, step) {
  if (kind !== step.kind) {
    return false;
  }
  return step.eventId ? step.eventId === id : step.sessionId === sessionId;
}
