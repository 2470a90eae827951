/** A connection that does not work says what to do about it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withRemedy } from './remedy.ts';

it('what was wrong is followed by where to mend it', () => {
  const refused = { code: 'unauthorized:provider', message: 'Incorrect API key provided' };
  assert.equal(
    withRemedy('team', refused),
    'Incorrect API key provided. Put credentials that work into it: PATCH /api/providers/team with "credentials".',
  );
  const blocked = { code: 'forbidden:provider', message: 'No quota.' };
  assert.match(
    withRemedy('team', blocked),
    /^No quota\. See at the provider .*\/api\/providers\/team\/verify\.$/,
  );
});

it('what nobody can do anything about stays as it is', () => {
  assert.equal(withRemedy('team', { code: 'of:another:time', message: 'no' }), 'no');
});
