/** Where everything is, as the server that serves the page says. */
export interface Settings {
  /** The Mini Program that runs on the phones. */
  readonly appId: string;
  /** Yaoshi's address, without a slash at the end. */
  readonly yaoshi: string;
  /** The simulated WeChat's address, without a slash at the end. */
  readonly wechat: string;
  /** Whether Yaoshi runs by the clock of the simulated WeChat. */
  readonly isClockShared: boolean;
}

interface Served {
  app_id: string;
  yaoshi: string;
  wechat: string;
  is_clock_shared: boolean;
}

/** Asks the server. Addresses without an origin are at the page's own. */
export async function settings(): Promise<Settings> {
  const response = await fetch('/playground/settings.json');
  const served = (await response.json()) as Served;
  const whole = (address: string) => (address.startsWith('http') ? address : location.origin + address);
  return {
    appId: served.app_id,
    yaoshi: whole(served.yaoshi),
    wechat: whole(served.wechat),
    isClockShared: served.is_clock_shared,
  };
}
