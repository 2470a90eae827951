/** The part of the conformance suite about installs that a provider goes on working on. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { InstallRequest, InstallResult } from './adapter.ts';
import { asked, skillPackage, type Stand, type Subject } from './conformance-stand.ts';

export function describePending({ adapter }: Subject, stand: () => Stand): void {
  it('begins with a token, and is finished by another process that has nothing but it', async () => {
    const begun = await stand().begin();
    assert.equal(begun.outcome, 'pending');
    const finished = await resumeElsewhere(stand(), begun.token, asked({}));
    assert.ok(finished.outcome === 'done', JSON.stringify(finished));
    assert.deepEqual([finished.effect, finished.verifiedDigest], ['created', skillPackage('one').digest]);
    assert.deepEqual(stand().mutations, ['create']);
    assert.equal(await stand().countSkills(), 1);
  });

  it('gives the same end to everybody who resumes with the same token', async () => {
    const prior = await stand().installed();
    const request = asked({ prior, package: skillPackage('two') });
    const begun = await stand().begin(request);
    assert.equal(begun.outcome, 'pending');
    const ends: InstallResult[] = [];
    while (ends.length < 2) {
      const end = await adapter.resume(stand().connection(), begun.token, request, stand().call());
      if (end.outcome !== 'pending') ends.push(end);
    }
    const [one, other] = ends.map((end) => ({ ...end, providerRequestId: null, latencyMs: 0 }));
    assert.ok(one?.outcome === 'done' && one.effect === 'updated');
    assert.deepEqual(one, other);
    assert.deepEqual(stand().mutations, ['create', 'create_version']);
  });
}

/** A worker that was started after the one that began is gone. */
async function resumeElsewhere(stand: Stand, token: string, request: InstallRequest): Promise<InstallResult> {
  const connection = stand.connection();
  const skill = { ...request.package, files: request.package.files.map(encodedFile) };
  const work = {
    token,
    connection: { ...connection, credentials: connection.credentials?.reveal() ?? null },
    request: { ...request, package: skill },
  };
  const program = fileURLToPath(import.meta.resolve('./conformance-child.ts'));
  const child = promisify(execFile)(process.execPath, [program]);
  child.child.stdin?.end(JSON.stringify(work));
  const { stdout } = await child;
  return JSON.parse(stdout) as InstallResult;
}

function encodedFile({ path, bytes }: { path: string; bytes: Uint8Array }) {
  return { path, bytes: Buffer.from(bytes).toString('base64') };
}
