/** What a test in another process asks of a running emulator: other faults, and what arrived so far. */
import type { Emulator } from './emulator.ts';
import { type FaultPlans, parsePlans } from './fault-file.ts';
import type { Ledger } from './ledger.ts';

export interface Control {
  readonly ledger: Ledger;
  /** Replaces the faults of all emulators. */
  readonly usePlans: (plans: FaultPlans) => void;
}

/** `POST /__faults` takes a plan file's text, `GET /__ledger` answers its entries; anything else goes to the emulator. */
export function withControl(emulator: Emulator, { ledger, usePlans }: Control): Emulator {
  return async function controlled(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/__ledger') return Response.json({ entries: ledger.entries() });
    if (pathname !== '/__faults') return await emulator(request);
    if (request.method !== 'POST') return new Response('POST a fault plan\n', { status: 405 });
    const text = await request.text();
    try {
      usePlans(parsePlans(text));
    } catch (error) {
      return new Response(`${error instanceof Error ? error.message : 'wrong'}\n`, { status: 400 });
    }
    return new Response(null, { status: 204 });
  };
}
