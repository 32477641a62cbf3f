import type { User } from 'yaoshi-miniprogram';
import { byId } from '../dom.js';
import type { Faults } from '../faults/faults.js';
import { setText, type Text, within } from '../language/language.js';
import type { Phone } from '../phone/phone.js';
import type { Screen } from '../phone/screen.js';
import type { Settings } from '../settings.js';
import { describe, describeProblem } from '../traffic/errors.js';
import type { Traffic, Verdict } from '../traffic/traffic.js';
import { tutorialLogin } from './tutorial-client.js';

/** What a scenario runs on. */
export interface ScenarioContext {
  readonly settings: Settings;
  readonly traffic: Traffic;
  readonly faults: Faults;
  readonly screen: Screen;
  /** Creates a new user with new phones and clears the diagram. Returns the first phone. */
  startOver(): Promise<Phone>;
}

type Scenario = (context: ScenarioContext, phone: Phone) => Promise<Verdict>;

/** Binds the buttons to the scenarios. */
export function bindScenarioButtons(context: ScenarioContext): void {
  const scenarios: [string, Scenario][] = [
    ['play-tutorial', playTutorial],
    ['play-yaoshi', playYaoshi],
  ];
  const buttons = scenarios.map(([id]) => byId<HTMLButtonElement>(id));
  scenarios.forEach(([id, scenario]) => {
    const clicked = byId<HTMLButtonElement>(id);
    clicked.addEventListener('click', async () => {
      // `aria-disabled` instead of `disabled`, which would take the focus from the button.
      if (buttons.some((button) => button.ariaDisabled === 'true')) {
        return;
      }
      for (const button of buttons) {
        button.ariaDisabled = 'true';
      }
      context.traffic.conclude(await play(scenario, context));
      for (const button of buttons) {
        button.ariaDisabled = 'false';
      }
      setText(clicked, { key: 'scenario.again' });
    });
  });
}

async function play(scenario: Scenario, context: ScenarioContext): Promise<Verdict> {
  try {
    const phone = await context.startOver();
    context.faults.arm('rotate_around_collection');
    return await scenario(context, phone);
  } catch (error) {
    return bad('verdict.tutorial', within('verdict.unplayed', describe(error)));
  }
}

async function playTutorial({ settings, screen }: ScenarioContext, phone: Phone): Promise<Verdict> {
  screen.showOutcome({ key: 'phone.busy' });
  const outcome = await tutorialLogin(phone.wx, settings);
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
  const name = nicknameOf(phone);
  if (name === undefined) {
    return bad('verdict.tutorial', within('verdict.yaoshi_failed', describe(error)));
  }
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

function nicknameOf(phone: Phone): string | undefined {
  const { state } = phone;
  const user: User | undefined = state.kind === 'registered' ? state.user : undefined;
  return user === undefined ? undefined : (user.nickname ?? '');
}

function good(heading: Text['key'], why: Text): Verdict {
  return { kind: 'good', heading: { key: heading }, why };
}

function bad(heading: Text['key'], why: Text): Verdict {
  return { kind: 'bad', heading: { key: heading }, why };
}
