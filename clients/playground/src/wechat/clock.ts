import { part } from '../element.js';
import type { Simulator } from './simulator.js';

/** How often the time is shown anew, in milliseconds. */
const EVERY = 1000;

/** The clock of the simulated WeChat, as the page shows it. */
export class WeChatClock {
  readonly #simulator: Simulator;
  readonly #shown = part<HTMLTimeElement>('clock');
  /** How far it is ahead of the browser's, in milliseconds. */
  #ahead = 0;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    setInterval(() => this.#show(), EVERY);
  }

  /** Asks what time it is. */
  async read(): Promise<void> {
    this.#set(await this.#simulator.now());
  }

  /** Lets seconds pass. */
  async advance(seconds: number): Promise<void> {
    this.#set(await this.#simulator.advance(seconds));
  }

  #set(now: number): void {
    this.#ahead = now - Date.now();
    this.#show();
  }

  #show(): void {
    const time = new Date(Date.now() + this.#ahead).toISOString();
    this.#shown.dateTime = time;
    this.#shown.textContent = `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
  }
}
