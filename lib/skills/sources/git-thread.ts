/** The thread that one repository is read in, so that unpacking never holds up the process; it has no network. */
import { parentPort } from 'node:worker_threads';
import { type Answer, type Call, RepositoryRefused, type Result } from './git-calls.ts';
import { GitObjects } from './git-objects.ts';
import { readAdvertisement, readPackAnswer } from './git-wire.ts';

const objects = new GitObjects();
await objects.open();

parentPort?.on('message', (call: Call) => {
  void answer(call).then((told) => parentPort?.postMessage(told, transferable(told)));
});

async function answer(call: Call): Promise<Answer> {
  try {
    return { ok: true, result: await resultOf(call) };
  } catch (error) {
    if (error instanceof RepositoryRefused) return { ok: false, at: error.at, message: error.message };
    return { ok: false, at: null, message: String(error) };
  }
}

async function resultOf(call: Call): Promise<Result> {
  switch (call.type) {
    case 'listed':
      return readAdvertisement(bufferOf(call.bytes));
    case 'pack': {
      const pack = readPackAnswer(bufferOf(call.bytes));
      return pack === null ? null : await objects.addPack(pack);
    }
    case 'isCommit':
      return await objects.isCommit(call.oid);
    case 'folders':
      return await objects.folders(call.commit, call.under);
    case 'folder':
      return await objects.readFolder(call.commit, call.path);
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Files travel without being copied once more. */
function transferable(told: Answer): ArrayBuffer[] {
  const result = told.ok ? told.result : null;
  if (result === null || typeof result !== 'object' || !('files' in result)) return [];
  // Each file was copied into memory of its own.
  return result.files.map(({ bytes }) => bytes.buffer as ArrayBuffer);
}
