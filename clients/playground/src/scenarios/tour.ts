import { bindClick, byId } from '../dom.js';
import { setText, type Text } from '../language/language.js';
import type { ScenarioName, Scenarios } from './scenarios.js';

/** What an address ends with that asks for the tour. `yaoshi dev` prints one. */
const HASH = '#play=tour';

/** The scenarios of the tour. They leave a user with a number, and failures, for the operator's console. */
const SCENARIOS: readonly ScenarioName[] = ['tutorial', 'yaoshi', 'second_phone'];

/** How long a verdict can be read before the next scenario begins, in milliseconds. */
const PAUSE = 5000;

/** Plays scenarios one after the other because the address asks for it, and says so at the top of the page. */
export class Tour {
  readonly #scenarios: Scenarios;
  readonly #user: string;
  readonly #banner = byId('tour');
  readonly #text = byId('tour-text');
  readonly #button = byId<HTMLButtonElement>('tour-stop');
  /** Aborted when the tour that plays is stopped; `undefined` if none plays. */
  #playing: AbortController | undefined;

  /** `user` is the nickname of the user of the phones. */
  constructor(scenarios: Scenarios, user: string) {
    this.#scenarios = scenarios;
    this.#user = user;
    bindClick(this.#button, () => (this.#playing === undefined ? this.close() : this.#stop()));
  }

  /** Plays if the address asks for it, and takes that out of the address: loading the page again plays nothing. */
  followAddress(): void {
    if (location.hash === HASH) {
      history.replaceState(null, '', location.pathname + location.search);
      if (this.#playing === undefined) {
        void this.#play();
      }
    }
  }

  /** Stops what plays, and hides the banner. */
  close(): void {
    this.#playing?.abort();
    this.#playing = undefined;
    this.#banner.hidden = true;
  }

  async #play(): Promise<void> {
    const playing = new AbortController();
    this.#playing = playing;
    this.#banner.hidden = false;
    setText(this.#button, { key: 'tour.stop' });
    const hasEnded = await this.#scenarios.play(SCENARIOS, async (name, index) => {
      const [number, count] = [String(index + 1), String(SCENARIOS.length)];
      const values = { number, count, what: `@scenario.${name}` };
      if (index > 0) {
        this.#say({ key: 'tour.next', values });
        await pause(playing.signal);
      }
      if (!playing.signal.aborted) {
        this.#say({ key: 'tour.playing', values });
      }
      return !playing.signal.aborted;
    });
    if (this.#playing === playing) {
      this.#end(hasEnded ? { key: 'tour.over', values: { name: this.#user } } : { key: 'tour.failed' });
    }
  }

  /** Lets the scenario that plays come to its end, and plays no other. */
  #stop(): void {
    this.#playing?.abort();
    this.#end({ key: 'tour.stopped' });
  }

  #end(text: Text): void {
    this.#playing = undefined;
    this.#say(text);
    setText(this.#button, { key: 'tour.close' });
  }

  #say(text: Text): void {
    setText(this.#text, text);
  }
}

/** Waits until a verdict has been read, or there is no need to. */
function pause(stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
