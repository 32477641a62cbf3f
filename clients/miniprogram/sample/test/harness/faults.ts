import { type ErrorNumbers, type Interceptor, WxFailure } from 'simulated-wx';

/** The network of a phone, which a test can disconnect. */
export class Network {
  #isDisconnected = false;

  /** Fails all requests while disconnected. */
  readonly interceptor: Interceptor = (call, proceed) => {
    if (this.#isDisconnected && call.name === 'request') {
      throw new WxFailure('request:fail net::ERR_INTERNET_DISCONNECTED');
    }
    return proceed();
  };

  disconnect(): void {
    this.#isDisconnected = true;
  }

  reconnect(): void {
    this.#isDisconnected = false;
  }
}

/** The user refuses the authorization for `method`, or WeChat refuses for another reason, until `lift`. */
export class Refusal {
  #isRefused = true;
  readonly #method: string;
  readonly #reason: string;
  readonly #numbers: ErrorNumbers;

  constructor(method: string, reason = 'auth deny', numbers: ErrorNumbers = {}) {
    this.#method = method;
    this.#reason = reason;
    this.#numbers = numbers;
  }

  /** Fails the method's calls. */
  readonly interceptor: Interceptor = (call, proceed) => {
    if (this.#isRefused && call.name === this.#method) {
      throw new WxFailure(`${this.#method}:fail ${this.#reason}`, this.#numbers);
    }
    return proceed();
  };

  lift(): void {
    this.#isRefused = false;
  }
}

/** Runs `action` once, right before the first call of `method` whose URL ends with `path`. */
export function onceBefore(method: string, path: string, action: () => Promise<unknown>): Interceptor {
  let done = false;
  return async (call, proceed) => {
    if (!done && call.name === method && String(call.options.url ?? '').endsWith(path)) {
      done = true;
      await action();
    }
    return proceed();
  };
}
