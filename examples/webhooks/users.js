import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is known of the users, in place of a database: a file for each, with the events of the user. Only one program
 * may use the folder.
 */
export class Users {
  #folder;

  /** @param {string} folder */
  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  /**
   * Deals with an event of a user, once, and returns whether this was the first time. Yaoshi may be told after that: the
   * event and what it changes are on the disk, both or neither.
   *
   * @param {string} id the `webhook-id`, which is the same at every repetition
   */
  take(id, { type, timestamp, data }) {
    const { user_id, sequence } = data;
    const user = this.#find(user_id);
    if (user.state === 'erased' || user.events.some((event) => event.id === id)) {
      return false;
    }
    if (type === 'user_erased') {
      // The id stays, which Yaoshi gives to nobody else: so an event that is sent again by hand is not kept, either.
      this.#write(user_id, { state: 'erased' });
      return true;
    }
    // What comes late changes nothing: something that happened after it is known already.
    const isLate = sequence < user.sequence;
    const known = isLate ? user : { ...user, ...change(type, data), sequence };
    this.#write(user_id, { ...known, events: [...user.events, { id, type, timestamp }] });
    return true;
  }

  /** What is known of a user. There is no state until an event tells it. */
  #find(userId) {
    try {
      return JSON.parse(readFileSync(join(this.#folder, `${userId}.json`), 'utf8'));
    } catch (error) {
      if (error.code === 'ENOENT') {
        return { sequence: 0, events: [] };
      }
      throw error;
    }
  }

  /** Replaces the file of a user. On return, the new one is on the disk; until then, the old one is. */
  #write(userId, user) {
    const path = join(this.#folder, `${userId}.json`);
    const next = `${path}.next`;
    writeFileSync(next, JSON.stringify(user), { flush: true });
    renameSync(next, path);
    if (process.platform !== 'win32') {
      // The new name is on the disk once the folder is. Windows has no such call.
      const folder = openSync(this.#folder);
      fsyncSync(folder);
      closeSync(folder);
    }
  }
}

/** What an event changes of what is known of a user. */
function change(type, { app_id, openid }) {
  switch (type) {
    case 'registered':
      return { state: 'active', app_id, openid };
    case 'user_blocked':
      return { state: 'blocked' };
    case 'user_unblocked':
      return { state: 'active' };
    default:
      return {};
  }
}
