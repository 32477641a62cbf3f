import type { Account } from './account.js';
import { collectionError } from './collect.js';
import { YaoshiError } from './error.js';
import type { Server } from './server.js';
import type { PhoneNumber, PhoneTap } from './types.js';
import { messageOf, newIdempotencyKey } from './wx.js';

/** Why the phone button gives no code, by WeChat's `errno`. */
const REFUSALS: Record<number, 'phone_quota_exhausted' | 'phone_risk_control'> = {
  1400001: 'phone_quota_exhausted',
  1421102: 'phone_risk_control',
};

/** A code of the phone button, and the idempotency key of every request with it. */
export interface PhoneCode {
  readonly code: string;
  readonly idempotencyKey: string;
}

/** Turns taps into codes. Repeated requests for one tap have the same key: WeChat charges for each exchange. */
export class PhoneButton {
  private latest: { code: string; key: Promise<string> } | undefined;

  constructor(private readonly server: Server) {}

  /** @throws {@link YaoshiError} if the tap gave no code */
  async codeOf(tap: PhoneTap): Promise<PhoneCode> {
    const code = typeof tap === 'string' ? tap : tap.code;
    if (!code) {
      throw refusal(tap);
    }
    if (this.latest?.code !== code) {
      this.latest = { code, key: newIdempotencyKey(this.server.wx, this.server.runtime) };
    }
    return { code, idempotencyKey: await this.latest.key };
  }
}

function refusal(cause: PhoneTap): YaoshiError {
  const code = typeof cause === 'string' ? undefined : REFUSALS[cause.errno ?? 0];
  return code ? new YaoshiError(code, 'operator', messageOf(cause), { cause }) : collectionError(cause);
}

/** Makes the client's `phone`. */
export function phoneOf(account: Account): PhoneNumber {
  const { server, phoneButton } = account;
  return {
    get: () =>
      account
        .withToken((token) => server.send('GET /v1/me/phone', { token }))
        .catch((error) => {
          if (error.code === 'no_phone') {
            return null;
          }
          throw error;
        }),
    bind: async (tap) => {
      const { code, idempotencyKey } = await phoneButton.codeOf(tap);
      return account.withToken((token) =>
        server.send('PUT /v1/me/phone', { token, body: { code }, idempotencyKey }),
      );
    },
    unbind: () => account.withToken((token) => server.send('DELETE /v1/me/phone', { token })),
  };
}
