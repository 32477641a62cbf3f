import { button, byId, element } from '../dom.js';
import { setText, type TextKey } from '../language/language.js';
import { reportErrors } from '../traffic/errors.js';
import type { Traffic } from '../traffic/traffic.js';
import type { ArmedFaults, Faults } from './faults.js';

/** Actions that affect all phones. */
export interface GlobalActions {
  /** Advances the clock until all sessions are expired. */
  expire(): Promise<void>;
  /** Ends all sessions at the server. */
  revoke(): Promise<void>;
  /** Advances the clock. */
  advance(seconds: number, note: TextKey): Promise<void>;
}

interface FaultAction {
  readonly name: TextKey;
  run(): Promise<void> | void;
}

/** Fills the panel of fault buttons. */
export function faultPanel(
  faults: Faults,
  globalActions: GlobalActions,
  traffic: Traffic,
  isClockShared: boolean,
) {
  const groups: [TextKey, FaultAction[]][] = [
    ['faults.key', keyActions(faults)],
    ['faults.session', sessionActions(globalActions)],
    ['faults.code', [{ name: 'faults.code_twice', run: () => faults.arm('code_twice') }]],
    ['faults.wechat', wechatActions(faults)],
    ['faults.clock', clockActions(globalActions)],
  ];
  const list = byId('fault-groups');
  for (const [name, actions] of groups) {
    const heading = element('h3', { class: 'group-name', text: name });
    const buttons = actions.map((action) => faultButton(action, traffic));
    list.append(element('div', { class: 'group', children: [heading, ...buttons] }));
  }
  if (!isClockShared) {
    disableExpire();
  }
  byId('disarm').addEventListener('click', () => void reportErrors(traffic, () => faults.disarm()));
}

/** Lists the armed faults. */
export function showArmed({ phone, platform }: ArmedFaults): void {
  const items = [
    ...phone.map((fault) => element('li', { class: 'chip', text: `faults.${fault}` })),
    ...platform.map(({ name, remaining }) =>
      element('li', {
        class: 'chip',
        text: { key: 'faults.count', values: { what: `@${name}`, count: String(remaining) } },
      }),
    ),
  ];
  byId('armed').replaceChildren(...items);
  byId('nothing-armed').hidden = items.length > 0;
  byId<HTMLButtonElement>('disarm').disabled = items.length === 0;
}

function keyActions(faults: Faults): FaultAction[] {
  return [
    { name: 'faults.rotate', run: () => faults.rotate() },
    { name: 'faults.rotate_around_collection', run: () => faults.arm('rotate_around_collection') },
  ];
}

function sessionActions(globalActions: GlobalActions): FaultAction[] {
  return [
    { name: 'faults.expire', run: () => globalActions.expire() },
    { name: 'faults.revoke', run: () => globalActions.revoke() },
  ];
}

function wechatActions(faults: Faults): FaultAction[] {
  const busy = { kind: 'errcode', errcode: -1 } as const;
  const quota = { kind: 'errcode', errcode: 45011 } as const;
  const slow = { kind: 'latency', milliseconds: 3000 } as const;
  return [
    { name: 'faults.busy_once', run: () => faults.armPlatformFault('faults.busy', busy, 1) },
    { name: 'faults.busy_longer', run: () => faults.armPlatformFault('faults.busy', busy, 3) },
    { name: 'faults.quota', run: () => faults.armPlatformFault('faults.quota', quota, 1) },
    { name: 'faults.slow', run: () => faults.armPlatformFault('faults.slow', slow, 1) },
  ];
}

function clockActions(globalActions: GlobalActions): FaultAction[] {
  return [
    { name: 'faults.minutes', run: () => globalActions.advance(300, 'note.minutes') },
    { name: 'faults.day', run: () => globalActions.advance(86_400, 'note.day') },
  ];
}

function faultButton(action: FaultAction, traffic: Traffic): HTMLButtonElement {
  const created = button(
    action.name,
    () => void reportErrors(traffic, async () => action.run()),
    'button fault',
  );
  created.dataset.fault = action.name;
  return created;
}

/** Sessions cannot be made to expire if Yaoshi has its own clock. */
function disableExpire(): void {
  const expire = document.querySelector<HTMLButtonElement>('[data-fault="faults.expire"]');
  if (expire !== null) {
    const why = element('p', { class: 'hint' });
    why.id = 'why-no-expiry';
    setText(why, { key: 'faults.expire_elsewhere' });
    expire.disabled = true;
    expire.setAttribute('aria-describedby', why.id);
    expire.after(why);
  }
}
