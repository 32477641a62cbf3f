/** What diagnoses can be searched by; `identity` is what the log calls a person. */
export type DiagnosisKey = 'request_id' | 'rid' | 'openid' | 'identity' | 'user';

export const DIAGNOSIS_KEYS: readonly DiagnosisKey[] = ['request_id', 'rid', 'openid', 'identity', 'user'];

/** The forms that tell what is meant. */
const FORMS: readonly (readonly [DiagnosisKey, RegExp])[] = [
  ['user', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  // Such as `5f3a9c01-000000002a`.
  ['request_id', /^[0-9a-f]{8}-[0-9a-f]{10}$/i],
  // Such as `61fbd1f8-2a8a0a1b-7b3f4b0c`.
  ['rid', /^[0-9a-f]{6,8}-[0-9a-f]{6,8}-[0-9a-f]{6,8}$/i],
  // Such as `3d1f0c9ab27e6458`.
  ['identity', /^[0-9a-f]{16}$/],
  // `o` and some 27 characters of URL-safe base64.
  ['openid', /^o[\w-]{19,}$/],
];

/** What a search for diagnoses means. */
export function recogniseDiagnosis(query: string): DiagnosisKey {
  return FORMS.find(([, form]) => form.test(query))?.[0] ?? 'request_id';
}
