// Many people at the same time, who can be told to wait.

import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from 'yaoshi-testing/killed';
import { Person } from './person.js';

/** How many people there are at the same time. */
const PEOPLE = 24;
/** After how many acts somebody new takes the place. */
const ACTS = 30;

// All times are in milliseconds.
/** How long somebody rests at most. */
const REST = 150;
/** How long requests have to succeed before the service is normal again. */
const CALM = 300;
/** How long to wait for those who wait for an answer. */
const PATIENCE = 500;
/** How many requests have to succeed in that time. */
const ENOUGH = 10;

export class Load {
  /** How many requests were sent, and how many of them failed. */
  requests = 0;
  failures = 0;
  #system;
  #ledger;
  #seed;
  #isOver = false;
  #isPaused = false;
  #busy = new Set();
  #outcomes = [];
  #places;

  constructor({ system, ledger, seed }) {
    this.#system = system;
    this.#ledger = ledger;
    this.#seed = seed;
  }

  start() {
    this.#places = Promise.all(Array.from({ length: PEOPLE }, (_, place) => this.#fill(place)));
    this.#places.catch(() => {}); // Until `stop`.
  }

  /** Lets nobody send anything new, and returns the accounts of those who still wait for an answer. */
  async pause() {
    this.#isPaused = true;
    for (const deadline = performance.now() + PATIENCE; this.#busy.size > 0; await sleep(5)) {
      if (performance.now() > deadline) {
        break;
      }
    }
    return new Set([...this.#busy].map(({ account }) => account));
  }

  resume() {
    this.#isPaused = false;
  }

  /** @throws if somebody could not go on */
  async stop() {
    this.#isOver = true;
    await this.#places;
  }

  /**
   * Waits until the service is normal, and returns how long it was not since `from`, in milliseconds. Returns `undefined`
   * if that takes longer than `limit`.
   */
  async normalAgain(from, limit) {
    const deadline = performance.now() + limit;
    while (performance.now() < deadline) {
      const later = this.#outcomes.filter(({ sentAt }) => sentAt >= from);
      const failed = later.findLastIndex(({ isFailure }) => isFailure);
      const good = later.slice(failed + 1);
      const calmSince = failed < 0 ? from : later[failed].endedAt;
      if (good.length >= ENOUGH && performance.now() - calmSince >= CALM && isMixed(good)) {
        this.#outcomes = [];
        return failed < 0 ? 0 : calmSince - from;
      }
      await sleep(20);
    }
    return undefined;
  }

  /** Lets one person come after the other. */
  async #fill(place) {
    const random = new Random(`${this.#seed} place ${place}`);
    while (!this.#isOver) {
      const person = new Person({
        system: this.#system,
        ledger: this.#ledger,
        random,
        hasTime: () => !this.#isPaused && !this.#isOver,
        onOutcome: (outcome) => this.#record(outcome),
      });
      await person.arrive();
      for (let acts = 0; acts < ACTS && !this.#isOver; acts += 1) {
        await sleep(random.between(0, REST));
        await this.#act(person);
      }
    }
  }

  async #act(person) {
    while (this.#isPaused && !this.#isOver) {
      await sleep(10);
    }
    this.#busy.add(person);
    try {
      await person.act();
    } finally {
      this.#busy.delete(person);
    }
  }

  #record(outcome) {
    this.requests += 1;
    this.failures += outcome.isFailure ? 1 : 0;
    this.#outcomes.push({ ...outcome, endedAt: performance.now() });
  }
}

/** Whether there is a login and something else among them. */
function isMixed(outcomes) {
  const isLogin = ({ path }) => path === '/v1/login';
  return outcomes.some(isLogin) && !outcomes.every(isLogin);
}
