import { bindClick, byId, explained, setReason } from '../dom.js';
import type { Faults, PhoneFault } from '../faults/faults.js';
import { setText, type Text, type TextKey, within } from '../language/language.js';
import { PHONE_NAMES, type Phone, type PhoneName } from '../phone/phone.js';
import type { Screen } from '../phone/screen.js';
import { describe, describeProblem } from '../traffic/errors.js';
import type { Message, Traffic, Verdict } from '../traffic/traffic.js';

/** What a scenario runs on. */
export interface ScenarioContext {
  readonly traffic: Traffic;
  readonly faults: Faults;
  /** A phone of the present user. */
  phone(name: PhoneName): Phone;
  screen(name: PhoneName): Screen;
  /** Creates a new user with new phones. Clears the diagram, unless it is to keep its messages. */
  startOver(keepsMessages: boolean): Promise<unknown>;
}

/** The name of a scenario. */
export type ScenarioName = 'tutorial' | 'yaoshi' | 'second_phone';

interface Scenario {
  /** Whether it goes on with the user of the scenario before it. */
  readonly continues: boolean;
  /** What is armed before it begins. */
  readonly faults: readonly PhoneFault[];
  readonly run: (context: ScenarioContext) => Promise<Verdict>;
}

const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  tutorial: { continues: false, faults: ['rotate_around_collection'], run: runTutorial },
  yaoshi: { continues: false, faults: ['rotate_around_collection'], run: runYaoshi },
  second_phone: {
    continues: true,
    faults: ['code_twice', 'rotate_around_collection'],
    run: runSecondPhone,
  },
};

/** The scenarios that have a button. */
const WITH_BUTTON: readonly ScenarioName[] = ['tutorial', 'yaoshi'];

/** The scenarios and their buttons. */
export class Scenarios {
  readonly #context: ScenarioContext;
  readonly #buttons: readonly HTMLButtonElement[];

  constructor(context: ScenarioContext) {
    this.#context = context;
    this.#buttons = WITH_BUTTON.map((name) => {
      const button = byId<HTMLButtonElement>(`play-${name}`);
      explained(button);
      bindClick(button, () => {
        setText(button, { key: 'scenario.again' });
        void this.play([name], async () => true);
      });
      return button;
    });
  }

  /** Lets none begin until the scenarios are reset: starting over would stop it. */
  hold(): void {
    for (const button of this.#buttons) {
      setReason(button, 'why.starting_over');
    }
  }

  /** Makes the scenarios available again: starting over stops the one that plays. */
  reset(): void {
    this.#setPlaying(false);
  }

  /**
   * Plays scenarios one after the other. `next` is awaited before each, and plays no more if it returns `false`.
   * Returns whether all of them ended by themselves.
   */
  async play(
    names: readonly ScenarioName[],
    next: (name: ScenarioName, index: number) => Promise<boolean>,
  ): Promise<boolean> {
    for (const [index, name] of names.entries()) {
      this.#setPlaying(true);
      if (!(await next(name, index))) {
        this.reset();
        return false;
      }
      if (!(await this.#playOne(SCENARIOS[name], index > 0))) {
        return false;
      }
    }
    this.reset();
    return true;
  }

  /** Plays a scenario. Returns whether it ended by itself; otherwise the phones are free already. */
  async #playOne({ continues, faults, run }: Scenario, keepsMessages: boolean): Promise<boolean> {
    const { traffic } = this.#context;
    try {
      if (!continues) {
        await this.#context.startOver(keepsMessages);
        this.#setPlaying(true);
      }
      const phone = this.#context.phone('phone-1');
      for (const fault of faults) {
        this.#context.faults.arm(fault);
      }
      const verdict = await run(this.#context).catch(unplayed);
      await Promise.all(PHONE_NAMES.map((name) => this.#context.phone(name).settled()));
      if (phone !== this.#context.phone('phone-1')) {
        return false;
      }
      traffic.conclude(verdict);
      return true;
    } catch (error) {
      traffic.conclude(unplayed(error));
      this.reset();
      return false;
    }
  }

  #setPlaying(isPlaying: boolean): void {
    for (const name of PHONE_NAMES) {
      this.#context.screen(name).setPlaying(isPlaying);
    }
    for (const button of this.#buttons) {
      setReason(button, isPlaying ? 'why.playing' : undefined);
    }
  }
}

async function runTutorial({ phone, screen }: ScenarioContext): Promise<Verdict> {
  const first = screen('phone-1');
  first.showOutcome({ key: 'phone.busy' });
  const outcome = await phone('phone-1').runTutorial();
  if (outcome.kind === 'registered') {
    first.showOutcome({ key: 'done.login' });
    return good('verdict.yaoshi', { key: 'verdict.tutorial_well' });
  }
  const problem = describeProblem(outcome.code);
  first.showOutcome(within('failed.action', problem), true);
  return outcome.code === 'signature_mismatch'
    ? bad('verdict.tutorial', { key: 'verdict.tutorial_why', values: { code: outcome.code } })
    : bad('verdict.tutorial', within('verdict.unplayed', problem));
}

async function runYaoshi({ traffic, phone, screen }: ScenarioContext): Promise<Verdict> {
  const before = traffic.messages.length;
  const error = await screen('phone-1').tap('register');
  const { state } = phone('phone-1');
  if (state.kind !== 'registered') {
    return bad('verdict.tutorial', within('verdict.yaoshi_failed', describe(error)));
  }
  const name = state.user.nickname ?? '';
  const verbs = verbsIn(traffic.messages.slice(before));
  return verbs === ''
    ? good('verdict.yaoshi', { key: 'verdict.yaoshi_smooth', values: { name } })
    : good('verdict.yaoshi', { key: 'verdict.yaoshi_why', values: { name, verbs } });
}

/** Another phone of the same user binds a number, and decrypts steps. */
async function runSecondPhone({ traffic, screen }: ScenarioContext): Promise<Verdict> {
  const before = traffic.messages.length;
  for (const action of ['phone', 'steps'] as const) {
    const error = await screen('phone-2').tap(action);
    if (error !== undefined) {
      return bad('verdict.tutorial', within('verdict.yaoshi_failed', describe(error)));
    }
  }
  const verbs = verbsIn(traffic.messages.slice(before));
  return good('verdict.yaoshi', { key: 'verdict.second_phone_why', values: { verbs } });
}

/** Lists each verb of the messages once, with its count. */
function verbsIn(messages: readonly Message[]): string {
  const verbs = messages.flatMap(({ recover }) => recover ?? []);
  const count = (verb: string) => verbs.filter((other) => other === verb).length;
  return [...new Set(verbs)].map((verb) => (count(verb) > 1 ? `${verb} × ${count(verb)}` : verb)).join(', ');
}

function unplayed(error: unknown): Verdict {
  return bad('verdict.tutorial', within('verdict.unplayed', describe(error)));
}

function good(heading: TextKey, why: Text): Verdict {
  return { kind: 'good', heading: { key: heading }, why };
}

function bad(heading: TextKey, why: Text): Verdict {
  return { kind: 'bad', heading: { key: heading }, why };
}
