import { type Interceptor, type SimulatedWx, type SimulatedWxOptions, simulatedWx } from 'simulated-wx';
import { createYaoshi, type Yaoshi } from 'yaoshi-miniprogram';
import type { BackEnd } from '../back-end/back-end.js';
import { BACK_END_URL } from '../back-end/url.js';

/** Creates the interceptors of an app. The signal is aborted when the app is closed. */
export type InterceptorsOf = (closed: AbortSignal) => readonly Interceptor[];

const NEVER = new Promise<never>(() => {});

/** One run of the Mini Program on a phone. Once closed, it sends nothing and receives nothing. */
export class App {
  readonly wx: SimulatedWx;
  readonly yaoshi: Yaoshi;
  readonly #closing = new AbortController();
  readonly #closed: Promise<undefined>;
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(
    phone: SimulatedWxOptions,
    baseUrl: string,
    interceptorsOf: InterceptorsOf,
    backEnd: BackEnd | undefined,
  ) {
    const { signal } = this.#closing;
    this.#closed = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined));
    });
    const track: Interceptor = (_call, proceed) => this.#track(proceed());
    this.wx = simulatedWx({
      ...phone,
      ...(backEnd && { fetch: backEnd.fetch(signal) }),
      interceptors: [track, whileOpen(signal), ...interceptorsOf(signal)],
    });
    this.yaoshi = createYaoshi({ baseUrl, appId: phone.appId, wx: this.wx, origins: [BACK_END_URL] });
  }

  /** The result of an action; `undefined` if the app is closed first. */
  untilClosed<T>(action: Promise<T>): Promise<T | undefined> {
    return Promise.race([action, this.#closed]);
  }

  /** Waits for the calls in flight, such as one that ends a replaced session in the background. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#inFlight);
  }

  close(): void {
    this.#closing.abort();
  }

  #track<T>(call: Promise<T>): Promise<T> {
    const done = () => this.#inFlight.delete(call);
    this.#inFlight.add(call);
    call.then(done, done);
    return call;
  }
}

/** Lets no call begin or end after the app is closed: such a call never settles. */
function whileOpen(closed: AbortSignal): Interceptor {
  return (_call, proceed) =>
    closed.aborted ? NEVER : proceed().finally(() => (closed.aborted ? NEVER : undefined));
}
