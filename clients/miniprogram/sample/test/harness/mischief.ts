import { type Tap, WxFailure } from 'simulated-wx';

/** The network of a phone, which can be cut. */
export class Network {
  #cut = false;

  /** To be put on the phone. */
  readonly tap: Tap = (call, proceed) => {
    if (this.#cut && call.name === 'request') {
      throw new WxFailure('request:fail net::ERR_INTERNET_DISCONNECTED');
    }
    return proceed();
  };

  cut(): void {
    this.#cut = true;
  }

  mend(): void {
    this.#cut = false;
  }
}

/** The user refuses what `method` asks for, until they change their mind; or WeChat does, for another reason. */
export class Refusal {
  #refused = true;
  readonly #method: string;
  readonly #reason: string;

  constructor(method: string, reason = 'auth deny') {
    this.#method = method;
    this.#reason = reason;
  }

  /** To be put on the phone. */
  readonly tap: Tap = (call, proceed) => {
    if (this.#refused && call.name === this.#method) {
      throw new WxFailure(`${this.#method}:fail ${this.#reason}`);
    }
    return proceed();
  };

  changeOfMind(): void {
    this.#refused = false;
  }
}

/** Does something once, right before the phone calls `method` for `path`. */
export function onceBefore(method: string, path: string, act: () => Promise<unknown>): Tap {
  let done = false;
  return async (call, proceed) => {
    if (!done && call.name === method && String(call.options.url ?? '').endsWith(path)) {
      done = true;
      await act();
    }
    return proceed();
  };
}
