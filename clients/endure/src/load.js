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
/** Who waits longer for an answer hinders calm, and much longer counts as a failure. */
const SLOW = 300;
const TOO_SLOW = 2000;
/** How long to wait for those who wait for an answer. */
const PATIENCE = 500;
/** How many requests have to succeed in that time. */
const ENOUGH = 10;

/** Requests with codes may wait for another one with the same code, whose server was killed. */
const WAITING = new Set(['/v1/login', '/v1/register', '/v1/me/phone']);

export class Load {
  #system;
  #ledger;
  #seed;
  #isOver = false;
  #isPaused = false;
  #busy = new Set();
  #pending = new Set();
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
      if (
        !this.#isSlow(from) &&
        good.length >= ENOUGH &&
        performance.now() - calmSince >= CALM &&
        isMixed(good)
      ) {
        this.#outcomes = [];
        return failed < 0 ? 0 : calmSince - from;
      }
      await sleep(20);
    }
    return undefined;
  }

  /** Why the service is not normal: the requests since `from` that still wait, and the last one that failed. */
  hindrances(from) {
    const now = performance.now();
    const waiting = [...this.#pending].filter(({ sentAt }) => sentAt >= from);
    const failure = this.#outcomes.findLast(({ sentAt, isFailure }) => isFailure && sentAt >= from);
    const waits = waiting.map(({ path, sentAt }) => `${path} waits for ${Math.round(now - sentAt)} ms`);
    if (failure) {
      const [ago, took] = [now - failure.endedAt, failure.endedAt - failure.sentAt].map(Math.round);
      waits.push(`${failure.path} failed ${ago} ms ago, after ${took} ms`);
    }
    return waits.join(', ');
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
        onRequest: (path) => this.#began(path),
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

  /** A request is sent. Returns what to call when it ends. */
  #began(path) {
    const request = { path, sentAt: performance.now() };
    this.#pending.add(request);
    return (failed) => {
      const endedAt = performance.now();
      const isTooSlow = endedAt - request.sentAt > TOO_SLOW && !WAITING.has(path);
      const isFailure = failed || isTooSlow;
      this.#pending.delete(request);
      this.#outcomes.push({ ...request, endedAt, isFailure });
    };
  }

  /** Whether somebody waits too long who sent a request since then. */
  #isSlow(from) {
    const now = performance.now();
    return [...this.#pending].some(
      ({ path, sentAt }) => sentAt >= from && now - sentAt > SLOW && !WAITING.has(path),
    );
  }
}

/** Whether there is a login and something else among them. */
function isMixed(outcomes) {
  const isLogin = ({ path }) => path === '/v1/login';
  return outcomes.some(isLogin) && !outcomes.every(isLogin);
}
