import { fetchForPage } from './traffic/fetch.js';

/** The playground's settings, from the server. */
export interface Settings {
  /** The app id of the Mini Program on the phones. */
  readonly appId: string;
  /** Yaoshi's URL, without a trailing slash. */
  readonly yaoshi: string;
  /** The simulated WeChat's URL, without a trailing slash. */
  readonly wechat: string;
  /** Whether Yaoshi and the simulated WeChat share one clock. */
  readonly isClockShared: boolean;
  /** What the page needs to play the team's back end; `undefined` where the server has no service for it. */
  readonly backEnd?: BackEndSettings;
}

/** The back end's credentials as a service of Yaoshi, and what it sells under. */
export interface BackEndSettings {
  readonly serviceId: string;
  readonly serviceSecret: string;
  readonly offerId: string;
}

interface ServedSettings {
  app_id: string;
  yaoshi: string;
  wechat: string;
  is_clock_shared: boolean;
  back_end: { service_id: string; service_secret: string; offer_id: string } | null;
}

/** Fetches the settings. Relative URLs are resolved against the page's origin. */
export async function fetchSettings(): Promise<Settings> {
  const response = await fetchForPage('/playground/settings.json');
  const served = (await response.json()) as ServedSettings;
  const absolute = (url: string) => (url.startsWith('http') ? url : location.origin + url);
  return {
    appId: served.app_id,
    yaoshi: absolute(served.yaoshi),
    wechat: absolute(served.wechat),
    isClockShared: served.is_clock_shared,
    ...(served.back_end && {
      backEnd: {
        serviceId: served.back_end.service_id,
        serviceSecret: served.back_end.service_secret,
        offerId: served.back_end.offer_id,
      },
    }),
  };
}
