import type { State, User } from 'yaoshi-miniprogram';
import type { Text, TextKey } from '../language/language.js';
import type { Action } from './phone.js';
import type { Session } from './session.js';

/** How far the tutorial's client got. */
export type TutorialProgress = 'running' | 'failed' | 'registered';

/** The state of a login: that of the client package, or of the tutorial's client; `new` before either runs. */
export type StatusKind = State['kind'] | 'new' | `tutorial_${TutorialProgress}`;

/** What is true of a phone's login. */
export interface Status {
  readonly kind: StatusKind;
  /** How the page knows. */
  readonly source: Text;
  /** Whether the client has a session, valid or not. */
  readonly hasSession: boolean;
  readonly sessionId?: string;
  /** The registered user. */
  readonly user?: User;
  /** The problem with which Yaoshi refuses the token. The phone has not noticed yet. */
  readonly refusal?: string;
  /** Whether there is a back end that sells. */
  readonly canPay: boolean;
}

/** What the page observed of a phone. */
export interface Observations {
  readonly state: State;
  /** Whether the client package has run on the phone. */
  readonly wasOpened: boolean;
  readonly tutorial: TutorialProgress | undefined;
  readonly session: Session | undefined;
  /** The request whose response says that the session is valid. */
  readonly confirmedBy: string;
  readonly canPay: boolean;
  /** The profile at Yaoshi, if this page knows that the client has another. */
  readonly changedUser: User | undefined;
}

/** Derives the status from what was observed. */
export function statusOf(observations: Observations): Status {
  const { state, wasOpened, tutorial, session, confirmedBy, canPay, changedUser } = observations;
  if (!wasOpened) {
    return tutorial === undefined
      ? { kind: 'new', source: { key: 'source.new' }, hasSession: false, canPay }
      : { kind: `tutorial_${tutorial}`, source: { key: 'source.tutorial' }, hasSession: false, canPay };
  }
  const { kind } = state;
  const hasSession = session !== undefined;
  if (kind === 'failed') {
    return { kind, source: { key: 'source.failed', values: { code: state.error.code } }, hasSession, canPay };
  }
  if (kind !== 'registered' && kind !== 'unregistered') {
    return { kind, source: { key: `source.${kind}` }, hasSession, canPay };
  }
  const user = kind === 'registered' ? { user: changedUser ?? state.user } : {};
  const login = { kind, hasSession, canPay, sessionId: state.sessionId, ...user };
  const refusal = session?.refusal;
  if (refusal !== undefined) {
    return { ...login, source: { key: 'source.refusal', values: { code: refusal } }, refusal };
  }
  return changedUser === undefined
    ? { ...login, source: { key: 'source.response', values: { request: confirmedBy } } }
    : { ...login, source: { key: 'source.changed_user' } };
}

/** Why an action makes no sense with this status; `undefined` if it does. */
export function reasonAgainst(
  action: Action,
  { kind, hasSession, refusal, canPay }: Status,
): TextKey | undefined {
  switch (action) {
    case 'open':
    case 'phone':
      return undefined;
    case 'login':
      if (kind === 'registered' || kind === 'unregistered') {
        return refusal === undefined ? 'why.logged_in' : 'why.unnoticed';
      }
      return kind === 'logging_in' ? 'why.logging_in' : undefined;
    case 'register':
      if (kind === 'registered') {
        return refusal === undefined ? 'why.registered' : 'why.unnoticed';
      }
      return undefined;
    case 'refresh':
      return kind === 'registered' ? undefined : 'why.no_profile';
    case 'steps':
      return kind === 'signed_out' ? 'why.signed_out' : undefined;
    case 'pay':
      if (!canPay) {
        return 'why.no_back_end';
      }
      return kind === 'signed_out' ? 'why.signed_out' : undefined;
    case 'check':
      return hasSession ? undefined : 'why.no_session';
    case 'logout':
      // A login in progress can be cancelled.
      return hasSession || kind === 'logging_in' ? undefined : 'why.no_session';
  }
}
