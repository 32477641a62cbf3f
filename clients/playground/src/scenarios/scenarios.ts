import { bindClick, byId, explained, setReason } from '../dom.js';
import type { Faults } from '../faults/faults.js';
import { setText, type Text, type TextKey, within } from '../language/language.js';
import type { Phone } from '../phone/phone.js';
import type { Screen } from '../phone/screen.js';
import { describe, describeProblem } from '../traffic/errors.js';
import type { Traffic, Verdict } from '../traffic/traffic.js';

/** What a scenario runs on. */
export interface ScenarioContext {
  readonly traffic: Traffic;
  readonly faults: Faults;
  readonly screen: Screen;
  /** Creates a new user with new phones and clears the diagram. Returns the first phone. */
  startOver(): Promise<Phone>;
  /** Whether the user has not started over since. */
  isCurrent(phone: Phone): boolean;
}

type Scenario = (context: ScenarioContext, phone: Phone) => Promise<Verdict>;

/** The scenarios and their buttons. */
export class Scenarios {
  readonly #context: ScenarioContext;
  readonly #buttons: readonly HTMLButtonElement[];

  constructor(context: ScenarioContext) {
    this.#context = context;
    const scenarios: [string, Scenario][] = [
      ['play-tutorial', playTutorial],
      ['play-yaoshi', playYaoshi],
    ];
    this.#buttons = scenarios.map(([id, scenario]) => {
      const button = byId<HTMLButtonElement>(id);
      explained(button);
      bindClick(button, () => void this.#play(scenario, button));
      return button;
    });
  }

  /** Makes the scenarios available again: starting over stops the one that plays. */
  reset(): void {
    this.#setPlaying(false);
  }

  async #play(scenario: Scenario, button: HTMLButtonElement): Promise<void> {
    this.#setPlaying(true);
    setText(button, { key: 'scenario.again' });
    const { traffic, faults } = this.#context;
    try {
      const phone = await this.#context.startOver();
      this.#setPlaying(true);
      faults.arm('rotate_around_collection');
      const verdict = await scenario(this.#context, phone).catch(unplayed);
      await phone.settled();
      if (this.#context.isCurrent(phone)) {
        traffic.conclude(verdict);
        this.reset();
      }
    } catch (error) {
      traffic.conclude(unplayed(error));
      this.reset();
    }
  }

  #setPlaying(isPlaying: boolean): void {
    this.#context.screen.setPlaying(isPlaying);
    for (const button of this.#buttons) {
      setReason(button, isPlaying ? 'why.playing' : undefined);
    }
  }
}

async function playTutorial({ screen }: ScenarioContext, phone: Phone): Promise<Verdict> {
  screen.showOutcome({ key: 'phone.busy' });
  const outcome = await phone.runTutorial();
  if (outcome.kind === 'registered') {
    screen.showOutcome({ key: 'done.login' });
    return good('verdict.yaoshi', { key: 'verdict.tutorial_well' });
  }
  const problem = describeProblem(outcome.code);
  screen.showOutcome(within('failed.action', problem), true);
  return outcome.code === 'signature_mismatch'
    ? bad('verdict.tutorial', { key: 'verdict.tutorial_why', values: { code: outcome.code } })
    : bad('verdict.tutorial', within('verdict.unplayed', problem));
}

async function playYaoshi({ traffic, screen }: ScenarioContext, phone: Phone): Promise<Verdict> {
  const error = await screen.tap('register');
  const { state } = phone;
  if (state.kind !== 'registered') {
    return bad('verdict.tutorial', within('verdict.yaoshi_failed', describe(error)));
  }
  const name = state.user.nickname ?? '';
  const verbs = traffic.messages.flatMap(({ recover }) => recover ?? []);
  return verbs.length === 0
    ? good('verdict.yaoshi', { key: 'verdict.yaoshi_smooth', values: { name } })
    : good('verdict.yaoshi', { key: 'verdict.yaoshi_why', values: { name, verbs: countVerbs(verbs) } });
}

/** Lists each verb once, with its count. */
function countVerbs(verbs: readonly string[]): string {
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
