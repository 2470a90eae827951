/** `npm run emulate`: the three emulators on ports of 127.0.0.1, with a key and an optional fault plan. */
import { parseArgs } from 'node:util';
import { claudeEmulator } from './claude.ts';
import { withControl } from './control.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { EMULATED_KINDS, type FaultPlans, readPlans } from './fault-file.ts';
import { withFaults } from './faults.ts';
import { geminiEmulator } from './gemini.ts';
import { fileLedger, recordingLedger, witnessed } from './ledger.ts';
import { openaiEmulator } from './openai.ts';
import { serveEmulator } from './server.ts';
import { memoryStore } from './store.ts';
import { startTcpProxy, type TcpProxyOptions } from './tcp-proxy.ts';

const USAGE = `npm run emulate -- [--port 9801] [--key KEY ...] [--polls 1] [--faults plan.json]
                   [--ledger file.ndjson] [--control] [--proxy PORT:HOST:PORT ...]

OpenAI is served at the port, Claude at the next one, Gemini at the one after; --port 0 takes free ones.
--key may be given several times; "emulator-key" unless given. For Gemini it is an access token, or the
client_email of a service account whose token_uri is http://127.0.0.1:PORT/token.
--ledger appends every request to a file. --control serves POST /__faults and GET /__ledger at every emulator.
--proxy passes a port of 127.0.0.1 on; SIGUSR2 switches all proxies between passing and being a black hole.
SIGHUP reads plan.json again: {"openai": [{"match": {"method": "POST"}, "apply": true, "then": "drop"}], "claude": [], "gemini": []}`;

const KINDS = [
  { kind: 'openai', make: openaiEmulator, path: '/v1' },
  { kind: 'claude', make: claudeEmulator, path: '' },
  { kind: 'gemini', make: geminiEmulator, path: '/v1beta1' },
] as const satisfies { kind: string; make: (options: EmulatorOptions) => Emulator; path: string }[];

interface Arguments {
  readonly port: number;
  readonly keys: readonly string[];
  readonly polls: number;
  readonly faultsFile: string | undefined;
  readonly ledgerFile: string | undefined;
  readonly hasControl: boolean;
  readonly proxies: readonly TcpProxyOptions[];
}

interface Stoppable {
  close(): Promise<void>;
}

function readArguments(): Arguments | null {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9801' },
      key: { type: 'string', multiple: true, default: ['emulator-key'] },
      polls: { type: 'string', default: '1' },
      faults: { type: 'string' },
      ledger: { type: 'string' },
      control: { type: 'boolean', default: false },
      proxy: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const port = Number(values.port);
  const polls = Number(values.polls);
  if (!Number.isInteger(port) || port < 0 || port > 65_533) throw new Error('--port must be 0 to 65533');
  if (!Number.isInteger(polls) || polls < 0) throw new Error('--polls must be a whole number');
  return {
    port,
    keys: values.key,
    polls,
    faultsFile: values.faults,
    ledgerFile: values.ledger,
    hasControl: values.control,
    proxies: values.proxy.map(readProxy),
  };
}

function readProxy(text: string): TcpProxyOptions {
  const [, port, host, target] = /^(\d{1,5}):(.+):(\d{1,5})$/.exec(text) ?? [];
  if (!host) throw new Error('--proxy must be PORT:HOST:PORT');
  return { port: Number(port), target: { host, port: Number(target) } };
}

async function start(chosen: Arguments): Promise<Stoppable[]> {
  const plans = await readPlans(chosen.faultsFile);
  const ledger = chosen.ledgerFile === undefined ? recordingLedger() : fileLedger(chosen.ledgerFile);
  const servers: Stoppable[] = [];
  const usePlans = (next: FaultPlans): void => {
    for (const kind of EMULATED_KINDS) Object.assign(plans[kind], next[kind]);
  };
  for (const [index, { kind, make, path }] of KINDS.entries()) {
    const emulator = make({
      store: memoryStore(),
      acceptsKey: (key) => chosen.keys.includes(key),
      operationPolls: chosen.polls,
    });
    const seen = witnessed(emulator, {
      ledger,
      provider: kind,
      decorate: (inner) => withFaults(inner, plans[kind]),
    });
    const served = chosen.hasControl ? withControl(seen, { ledger, usePlans }) : seen;
    const server = await serveEmulator(served, { port: chosen.port === 0 ? 0 : chosen.port + index });
    servers.push(server);
    process.stdout.write(`${kind.padEnd(6)} ${server.url}${path}\n`);
  }
  process.on('SIGHUP', () => void readPlans(chosen.faultsFile).then(usePlans, complain));
  return [...servers, ...(await startProxies(chosen.proxies))];
}

async function startProxies(wanted: readonly TcpProxyOptions[]): Promise<Stoppable[]> {
  const proxies = await Promise.all(wanted.map(startTcpProxy));
  let isOpen = true;
  process.on('SIGUSR2', () => {
    isOpen = !isOpen;
    for (const proxy of proxies) proxy.set({ kind: isOpen ? 'pass' : 'black-hole' });
  });
  for (const { port } of proxies) process.stdout.write(`proxy  127.0.0.1:${port}\n`);
  return proxies;
}

function complain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}

async function stopOnSignal(servers: readonly Stoppable[]): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await Promise.all(servers.map((server) => server.close()));
}

try {
  const chosen = readArguments();
  if (chosen) await stopOnSignal(await start(chosen));
  else process.stdout.write(`${USAGE}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 1;
}
