import { byId } from '../dom.js';
import type { Simulator } from './simulator.js';

/** How often the display is updated, in milliseconds. */
const UPDATE_INTERVAL = 1000;

/** The page's display of the simulated WeChat's clock. */
export class WeChatClock {
  readonly #simulator: Simulator;
  readonly #display = byId<HTMLTimeElement>('clock');
  /** The difference to the browser's clock, in milliseconds. */
  #offset = 0;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    setInterval(() => this.#show(), UPDATE_INTERVAL);
  }

  /** Reads the simulator's clock. */
  async read(): Promise<void> {
    this.#set(await this.#simulator.now());
  }

  /** The time that the display shows, in milliseconds since 1970. */
  get now(): number {
    return Date.now() + this.#offset;
  }

  /** Advances the simulator's clock. Returns the new time, in milliseconds since 1970. */
  async advance(seconds: number): Promise<number> {
    const now = await this.#simulator.advance(seconds);
    this.#set(now);
    return now;
  }

  #set(now: number): void {
    this.#offset = now - Date.now();
    this.#show();
  }

  #show(): void {
    const time = new Date(this.now).toISOString();
    this.#display.dateTime = time;
    this.#display.textContent = `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
  }
}
