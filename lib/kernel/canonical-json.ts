/** Canonical JSON (RFC 8785 for the values we use): the same value always gives the same bytes. */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Keys sorted by UTF-16 code units, no white space, ECMAScript numbers; `undefined` members are left out. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return canonicalScalar(value);
  if (isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

function canonicalScalar(value: null | boolean | number | string): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a JSON number');
  return JSON.stringify(value);
}

/** `Array.isArray` does not see that a readonly array is one. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
