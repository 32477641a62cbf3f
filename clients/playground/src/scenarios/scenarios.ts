import { type User, YaoshiError } from 'yaoshi-miniprogram';
import { element, part } from '../element.js';
import { put, type Text } from '../language/language.js';
import type { Mischief } from '../mischief/mischief.js';
import type { Phone } from '../phone/phone.js';
import type { Screen } from '../phone/screen.js';
import type { Settings } from '../settings.js';
import { reason } from '../traffic/attempt.js';
import type { Traffic } from '../traffic/traffic.js';
import { oldWay } from './old-way.js';

/** What a scenario plays with. */
export interface Stage {
  readonly settings: Settings;
  readonly traffic: Traffic;
  readonly mischief: Mischief;
  readonly screen: Screen;
  /** A new person with new phones, and nothing on the drawing; answers the first phone. */
  startOver(): Promise<Phone>;
}

/** How a scenario ended, as the page tells it. */
interface Verdict {
  readonly is: 'good' | 'bad';
  readonly heading: Text;
  readonly why: Text;
}

type Scenario = (stage: Stage, phone: Phone) => Promise<Verdict>;

/** Has the buttons play the scenarios. */
export function scenarioButtons(stage: Stage): void {
  const scenarios: [string, Scenario][] = [
    ['play-old', playOldWay],
    ['play-yaoshi', playYaoshi],
  ];
  const buttons = scenarios.map(([id]) => part<HTMLButtonElement>(id));
  scenarios.forEach(([id, scenario]) => {
    const pressed = part<HTMLButtonElement>(id);
    pressed.addEventListener('click', async () => {
      // Not `disabled`: the focus would be lost to who plays it by keyboard.
      if (buttons.some((button) => button.ariaDisabled === 'true')) {
        return;
      }
      for (const button of buttons) {
        button.ariaDisabled = 'true';
      }
      show(await play(scenario, stage));
      for (const button of buttons) {
        button.ariaDisabled = 'false';
      }
      put(pressed, { key: 'scenario.again' });
    });
  });
}

/** No verdict is shown any more. */
export function withdrawVerdict(): void {
  part('verdict').replaceChildren();
  part('verdict').className = 'verdict';
}

async function play(scenario: Scenario, stage: Stage): Promise<Verdict> {
  try {
    const phone = await stage.startOver();
    stage.mischief.arm('turn');
    return await scenario(stage, phone);
  } catch (error) {
    const code = error instanceof YaoshiError ? error.code : reason(error);
    return bad('verdict.old', { key: 'verdict.unplayed', values: { code } });
  }
}

async function playOldWay({ settings, screen }: Stage, phone: Phone): Promise<Verdict> {
  screen.say({ key: 'phone.busy' });
  const outcome = await oldWay(phone.wx, settings);
  if (outcome.kind === 'registered') {
    screen.say({ key: 'done.login' });
    return good('verdict.yaoshi', { key: 'verdict.old_well' });
  }
  screen.say({ key: 'failed.action', values: { code: outcome.code, detail: '' } }, true);
  return bad('verdict.old', { key: 'verdict.old_why', values: { code: outcome.code } });
}

async function playYaoshi({ traffic, screen }: Stage, phone: Phone): Promise<Verdict> {
  await screen.tap('register');
  const name = registered(phone);
  if (name === undefined) {
    return bad('verdict.old', { key: 'verdict.yaoshi_failed', values: { code: screen.told } });
  }
  const verbs = traffic.messages.flatMap(({ recover }) => recover ?? []);
  return verbs.length === 0
    ? good('verdict.yaoshi', { key: 'verdict.yaoshi_smooth', values: { name } })
    : good('verdict.yaoshi', { key: 'verdict.yaoshi_why', values: { name, verbs: counted(verbs) } });
}

/** Each verb once, with how often it was heard. */
function counted(verbs: readonly string[]): string {
  const times = (verb: string) => verbs.filter((other) => other === verb).length;
  return [...new Set(verbs)].map((verb) => (times(verb) > 1 ? `${verb} × ${times(verb)}` : verb)).join(', ');
}

function registered(phone: Phone): string | undefined {
  const { state } = phone;
  const user: User | undefined = state.kind === 'registered' ? state.user : undefined;
  return user === undefined ? undefined : (user.nickname ?? '');
}

function good(heading: Text['key'], why: Text): Verdict {
  return { is: 'good', heading: { key: heading }, why };
}

function bad(heading: Text['key'], why: Text): Verdict {
  return { is: 'bad', heading: { key: heading }, why };
}

function show({ is, heading, why }: Verdict): void {
  const place = part('verdict');
  place.className = `verdict ${is}`;
  place.replaceChildren(element('strong', { text: heading }), element('span', { class: 'why', text: why }));
  // In a narrow window it is elsewhere than the button.
  place.scrollIntoView({ block: 'nearest' });
}
