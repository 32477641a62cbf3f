import { button, byId, element, explained, setReason } from '../dom.js';
import type { TextKey } from '../language/language.js';
import type { Pushes } from '../pushes/pushes.js';
import { reportErrors } from '../traffic/errors.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Faults, OnceFault } from './faults.js';

/** Actions that affect all phones. */
export interface GlobalActions {
  /** Advances the clock until all sessions are expired. */
  expire(): Promise<void>;
  /** Ends all sessions at the server. */
  revoke(): Promise<void>;
  /** Advances the clock. */
  advance(seconds: number, note: TextKey): Promise<void>;
}

/** What decides which faults make sense. */
export interface Situation {
  readonly hasKey: boolean;
  readonly hasSession: boolean;
  readonly isClockShared: boolean;
  readonly canPay: boolean;
  readonly armed: readonly OnceFault[];
}

const PUSH_FAULTS = ['push_twice', 'push_forged', 'push_late', 'push_after_next'] as const;

interface FaultAction {
  readonly name: TextKey;
  run(): Promise<void> | void;
  /** Why the fault makes no sense now; always makes sense if absent. */
  reasonAgainst?(situation: Situation): TextKey | undefined;
}

/** The panel of fault buttons. */
export class FaultPanel {
  readonly #buttons: readonly (readonly [FaultAction, HTMLButtonElement])[];

  constructor(faults: Faults, globalActions: GlobalActions, pushes: Pushes, traffic: Traffic) {
    const groups: [TextKey, FaultAction[]][] = [
      ['faults.key', keyActions(faults)],
      ['faults.session', sessionActions(globalActions)],
      ['faults.code', [armAction(faults, 'code_twice')]],
      ['faults.access_token', [{ name: 'faults.kill_token', run: () => faults.killAccessToken() }]],
      ['faults.wechat', wechatActions(faults)],
      ['faults.user', userActions(pushes)],
      ['faults.push', PUSH_FAULTS.map((fault) => armAction(faults, fault))],
      ['faults.clock', clockActions(globalActions)],
    ];
    this.#buttons = groups.flatMap(([name, actions]) => {
      const pairs = actions.map((action) => [action, faultButton(action, traffic)] as const);
      const heading = element('h3', { class: 'group-name', text: name });
      const children = [heading, ...pairs.map(([, button]) => explained(button))];
      byId('fault-groups').append(element('div', { class: 'group', children }));
      return pairs;
    });
  }

  /** Makes the buttons available that make sense. */
  update(situation: Situation): void {
    for (const [action, button] of this.#buttons) {
      setReason(button, action.reasonAgainst?.(situation));
    }
  }
}

function keyActions(faults: Faults): FaultAction[] {
  return [
    {
      name: 'faults.rotate',
      run: () => faults.rotate(),
      reasonAgainst: ({ hasKey }) => (hasKey ? undefined : 'why.no_key'),
    },
    armAction(faults, 'rotate_around_collection'),
    {
      ...armAction(faults, 'rotate_before_payment'),
      reasonAgainst: ({ canPay, armed }) =>
        canPay ? reasonAgainstArming('rotate_before_payment', armed) : 'why.no_back_end',
    },
  ];
}

function sessionActions(globalActions: GlobalActions): FaultAction[] {
  return [
    {
      name: 'faults.expire',
      run: () => globalActions.expire(),
      reasonAgainst: (situation) =>
        situation.isClockShared ? reasonAgainstEnding(situation) : 'why.separate_clocks',
    },
    { name: 'faults.revoke', run: () => globalActions.revoke(), reasonAgainst: reasonAgainstEnding },
  ];
}

function reasonAgainstEnding({ hasSession }: Situation): TextKey | undefined {
  return hasSession ? undefined : 'why.no_sessions';
}

function userActions(pushes: Pushes): FaultAction[] {
  const reasonAgainst = ({ hasKey }: Situation) => (hasKey ? undefined : ('why.unknown_user' as const));
  return [
    { name: 'faults.withdraw_phone', run: () => pushes.withdrawPhone(), reasonAgainst },
    { name: 'faults.withdraw_profile', run: () => pushes.withdrawProfile(), reasonAgainst },
    { name: 'faults.delete_account', run: () => pushes.deleteAccount(), reasonAgainst },
  ];
}

function armAction(faults: Faults, fault: OnceFault): FaultAction {
  return {
    name: `faults.${fault}`,
    run: () => faults.arm(fault),
    reasonAgainst: ({ armed }) => reasonAgainstArming(fault, armed),
  };
}

function reasonAgainstArming(fault: OnceFault, armed: readonly OnceFault[]): TextKey | undefined {
  return armed.includes(fault) ? 'why.armed' : undefined;
}

function wechatActions(faults: Faults): FaultAction[] {
  const busy = { kind: 'errcode', errcode: -1 } as const;
  const quota = { kind: 'errcode', errcode: 45011 } as const;
  // The server gives its first try up after 3 s, so the delay is a little longer: a tie could go either way.
  const slow = { kind: 'latency', milliseconds: 3300 } as const;
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
