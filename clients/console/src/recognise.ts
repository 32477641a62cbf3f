/** What people can be searched by. */
export type PersonKey = 'id' | 'openid' | 'unionid' | 'phone' | 'nickname';

export const PERSON_KEYS: readonly PersonKey[] = ['phone', 'id', 'openid', 'unionid', 'nickname'];

/** What diagnoses can be searched by. */
export type DiagnosisKey = 'request_id' | 'rid' | 'openid' | 'user';

export const DIAGNOSIS_KEYS: readonly DiagnosisKey[] = ['request_id', 'rid', 'openid', 'user'];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Such as `5f3a9c01-000000002a`. */
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{10}$/i;
/** WeChat's id of a call, such as `61fbd1f8-2a8a0a1b-7b3f4b0c`. */
const RID = /^[0-9a-f]{6,8}-[0-9a-f]{6,8}-[0-9a-f]{6,8}$/i;
/** Openids and unionids have one form: `o` and some 27 characters of URL-safe base64. */
const WECHAT_ID = /^o[\w-]{19,}$/;
const PHONE = /^\+?[\d\s()-]+$/;

/** What a person's search means; a WeChat id may be an openid or a unionid. */
export function recognisePerson(query: string): readonly PersonKey[] {
  if (UUID.test(query)) {
    return ['id'];
  }
  if (WECHAT_ID.test(query)) {
    return ['openid', 'unionid'];
  }
  const digits = query.replace(/\D/g, '').length;
  return PHONE.test(query) && digits >= 6 ? ['phone'] : ['nickname'];
}

/** What is sent for what was typed: a phone number without what people put between its digits. */
export function cleaned(key: PersonKey, query: string): string {
  return key === 'phone' ? query.replace(/[\s()-]/g, '') : query;
}

/** What a search for diagnoses means. */
export function recogniseDiagnosis(query: string): DiagnosisKey {
  if (UUID.test(query)) {
    return 'user';
  }
  if (REQUEST_ID.test(query)) {
    return 'request_id';
  }
  if (RID.test(query)) {
    return 'rid';
  }
  return WECHAT_ID.test(query) ? 'openid' : 'request_id';
}
