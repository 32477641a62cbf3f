import { createYaoshi } from 'yaoshi-miniprogram';
import { config } from './config';
import { phone } from './phone';

/** The client of this Mini Program. */
export const yaoshi = createYaoshi({
  baseUrl: config.baseUrl,
  appId: config.appId,
  wx: phone,
  origins: config.shop === null ? [] : [config.shop],
});
