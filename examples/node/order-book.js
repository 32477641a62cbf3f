import { appendFileSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';

/**
 * The orders, in place of a database. With a file they outlive the program: each change is a line of JSON at its end.
 * Only one program may use the file.
 */
export class OrderBook {
  #orders = new Map();
  #file;
  /** The length of the file in bytes. */
  #length = 0;

  /** @param {string} [path] */
  constructor(path) {
    if (path) {
      this.#file = openSync(path, 'a+');
      this.#read();
    }
  }

  /** The order with this number: `unpaid` or `delivered`. */
  find(number) {
    return this.#orders.get(number);
  }

  /** Adds an order. The client may learn its number after that. */
  add(number, order) {
    this.#change(number, { ...order, state: 'unpaid' });
  }

  /**
   * Delivers what was ordered to a user, at the first call, and returns whether this was the first. WeChat may be
   * told `success` after that.
   *
   * Here the line in the file is the delivery. In a database, deliver in the transaction that changes the state:
   *
   *     UPDATE orders SET state = 'delivered' WHERE number = ? AND state = 'unpaid';
   *     INSERT INTO possessions … -- only if one row was changed
   *     COMMIT;
   *
   * with a unique key on the number. If another system delivers, give it the number, by which it knows a repetition.
   */
  deliver(number, openid) {
    if (this.find(number).state === 'delivered') {
      return false;
    }
    this.#change(number, { state: 'delivered', openid });
    return true;
  }

  /** Changes an order. On return, the change is on the disk. */
  #change(number, change) {
    if (this.#file !== undefined) {
      this.#append(Buffer.from(`${JSON.stringify({ number, ...change })}\n`));
    }
    this.#apply(number, change);
  }

  #apply(number, change) {
    this.#orders.set(number, { ...this.find(number), ...change });
  }

  #append(line) {
    try {
      appendFileSync(this.#file, line);
      fsyncSync(this.#file);
    } catch (error) {
      // Nothing may follow a part of a line, and a change that failed must not be found after a restart.
      ftruncateSync(this.#file, this.#length);
      throw error;
    }
    this.#length += line.length;
  }

  #read() {
    const bytes = readFileSync(this.#file);
    // A line without an end was being written when the program died: nobody was told of it.
    this.#length = bytes.lastIndexOf('\n') + 1;
    ftruncateSync(this.#file, this.#length);
    for (const line of bytes.toString('utf8', 0, this.#length).split('\n').slice(0, -1)) {
      const { number, ...change } = JSON.parse(line);
      this.#apply(number, change);
    }
  }
}
