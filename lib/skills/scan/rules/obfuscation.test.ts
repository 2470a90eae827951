/** Code that nobody can read is found, and the long texts that ordinary files hold are left alone. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { describeRules, javascript, prose, python } from '../../../../test/support/rule-table.ts';
import { scanSkill } from '../scan-skill.ts';
import { obfuscationRules } from './obfuscation.ts';

/** Looks random, and is the same every time. */
const BLOB = Array.from({ length: 24 }, (_, index) =>
  createHash('sha256').update(String(index)).digest('base64').replaceAll('=', ''),
).join('');

describe('rules about hidden code', () => {
  it('find a skill that is mostly bytes of no known kind', () => {
    const scanned = (path: string) =>
      scanSkill(
        {
          name: 'a-skill',
          description: 'A skill.',
          allowedTools: [],
          files: [
            { path: 'SKILL.md', bytes: Buffer.from('x'.repeat(100)) },
            { path, bytes: new Uint8Array(500) },
          ],
        },
        obfuscationRules,
      ).findings.map(({ file }) => file);
    assert.deepEqual(scanned('tool.dat'), ['tool.dat']);
    assert.deepEqual(scanned('logo.png'), []);
  });

  describeRules(obfuscationRules, {
    'SK-OB-01': {
      finds: [
        python(`PAYLOAD = "${BLOB}"`),
        javascript('const s = String.fromCharCode(104,116,116,112,58,47,47,120,46,121);'),
        python(`x = "${'\\x41'.repeat(40)}"`),
        javascript('eval(function(p,a,c,k,e,d){return p})'),
      ],
      leaves: [
        prose(`![logo](data:image/png;base64,${BLOB})`),
        { path: 'package-lock.json', text: `{"integrity":"sha512-${BLOB}"}` },
        { path: 'cert.pem', text: `-----BEGIN CERTIFICATE-----\n${BLOB}` },
        prose('-'.repeat(900)),
        prose(`https://example.com/${'a'.repeat(600)}`),
        javascript('const letter = String.fromCharCode(65);'),
      ],
    },
  });
});
