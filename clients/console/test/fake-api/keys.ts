/** The keys of the fake server, and the work on what they seal. */
import { ago } from './people.js';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

type Sealed = Record<'session_keys' | 'phones' | 'signing_keys' | 'operators' | 'pushes', number>;

interface Work {
  kind: 'count' | 'reseal';
  state: 'running' | 'done' | 'stopped';
  started_at: string;
  started_by?: string;
  done: number;
  total: number;
}

const NONE: Sealed = { session_keys: 0, phones: 0, signing_keys: 0, operators: 0, pushes: 0 };

export class FakeKeys {
  readonly newest: Sealed = {
    session_keys: 96_718,
    phones: 22_031,
    signing_keys: 2,
    operators: 3,
    pushes: 40,
  };
  readonly older: Sealed = { session_keys: 41_210, phones: 18_402, signing_keys: 1, operators: 0, pushes: 0 };
  /** What a key seals that is not in the configuration. */
  missing: Sealed | undefined;
  countedAt: string | undefined = ago(4 * MINUTE);
  work: Work | undefined;
  #isMoving = true;

  /** Starts the work, as far as none is running. */
  start(kind: Work['kind'], by?: string): void {
    if (this.work?.state !== 'running') {
      const total = sum(this.older) + (kind === 'count' ? sum(this.newest) : 0);
      const started = { started_at: ago(0), ...(by !== undefined && { started_by: by }) };
      this.work = { kind, state: 'running', ...started, done: 0, total };
    }
  }

  /** Starts the work, which then stands still. Rows were not counted before the first count. */
  stand(kind: Work['kind'], done: number): void {
    this.start(kind, kind === 'reseal' ? 'alice' : undefined);
    Object.assign(this.work ?? {}, { done });
    this.countedAt = kind === 'count' ? undefined : this.countedAt;
    this.#isMoving = false;
  }

  /** Stops a re-sealing on its way. */
  stop(done: number): void {
    this.start('reseal', 'alice');
    Object.assign(this.work ?? {}, { state: 'stopped', done });
  }

  /** The keys as they are. Each look moves the work on. */
  look(isEmpty: boolean): unknown {
    const body = this.#body(isEmpty);
    if (this.#isMoving) {
      this.#move();
    }
    return body;
  }

  #body(isEmpty: boolean): unknown {
    if (isEmpty) {
      return { master_keys: [], counted_at: ago(0), signing_keys: [] };
    }
    const counted = (sealed: Sealed) => ({ ...(this.countedAt === undefined ? NONE : sealed) });
    return {
      master_keys: [
        { id: 'k2', state: 'newest', sealed: counted(this.newest) },
        { id: 'k1', state: 'older', sealed: counted(this.older) },
        ...(this.missing === undefined
          ? []
          : [{ id: 'k0', state: 'missing', sealed: counted(this.missing) }]),
      ],
      ...(this.countedAt !== undefined && { counted_at: this.countedAt }),
      signing_keys: [
        { id: '0199c1de-0000-7000-8000-0000000000b3', state: 'next', signs_from: ago(-DAY / 2) },
        { id: '0199c1de-0000-7000-8000-0000000000b2', state: 'signs', signs_from: ago(29.5 * DAY) },
        { id: '0199c1de-0000-7000-8000-0000000000b1', state: 'retired', signs_from: ago(59.5 * DAY) },
      ],
      ...(this.work !== undefined && { work: { ...this.work } }),
    };
  }

  #move(): void {
    const { work } = this;
    if (work?.state !== 'running') {
      return;
    }
    work.done = Math.min(work.total, work.done + Math.ceil(work.total / 3));
    if (work.done === work.total) {
      work.state = 'done';
      this.countedAt = ago(0);
      if (work.kind === 'reseal') {
        for (const kind of Object.keys(NONE) as (keyof Sealed)[]) {
          this.newest[kind] += this.older[kind];
          this.older[kind] = 0;
        }
      }
    }
  }
}

function sum(sealed: Sealed): number {
  return Object.values(sealed).reduce((total, count) => total + count, 0);
}
