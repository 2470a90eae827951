/** `npm run emulate`: the three emulators on ports of 127.0.0.1, with a key and an optional fault plan. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { claudeEmulator } from './claude.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { type FaultPlan, type FaultStep, withFaults } from './faults.ts';
import { geminiEmulator } from './gemini.ts';
import { openaiEmulator } from './openai.ts';
import { type EmulatorServer, serveEmulator } from './server.ts';
import { memoryStore } from './store.ts';

const USAGE = `npm run emulate -- [--port 9801] [--key KEY ...] [--polls 1] [--faults plan.json]

OpenAI is served at the port, Claude at the next one, Gemini at the one after; --port 0 takes free ones.
--key may be given several times; "emulator-key" unless given. For Gemini it is an access token, or the
client_email of a service account whose token_uri is http://127.0.0.1:PORT/token.
plan.json: {"openai": [{"match": {"method": "POST"}, "apply": true, "then": "drop"}], "claude": [], "gemini": []}`;

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
}

function readArguments(): Arguments | null {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9801' },
      key: { type: 'string', multiple: true, default: ['emulator-key'] },
      polls: { type: 'string', default: '1' },
      faults: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const port = Number(values.port);
  const polls = Number(values.polls);
  if (!Number.isInteger(port) || port < 0 || port > 65_533) throw new Error('--port must be 0 to 65533');
  if (!Number.isInteger(polls) || polls < 0) throw new Error('--polls must be a whole number');
  return { port, keys: values.key, polls, faultsFile: values.faults };
}

async function readPlans(file: string | undefined): Promise<Partial<Record<string, FaultStep[]>>> {
  return file === undefined ? {} : JSON.parse(await readFile(file, 'utf8'));
}

async function start({ port, keys, polls, faultsFile }: Arguments): Promise<EmulatorServer[]> {
  const plans = await readPlans(faultsFile);
  const servers: EmulatorServer[] = [];
  for (const [index, { kind, make, path }] of KINDS.entries()) {
    const emulator = make({
      store: memoryStore(),
      acceptsKey: (key) => keys.includes(key),
      operationPolls: polls,
    });
    const plan: FaultPlan = { script: plans[kind] ?? [] };
    const server = await serveEmulator(withFaults(emulator, plan), { port: port === 0 ? 0 : port + index });
    servers.push(server);
    process.stdout.write(`${kind.padEnd(6)} ${server.url}${path}\n`);
  }
  return servers;
}

async function stopOnSignal(servers: readonly EmulatorServer[]): Promise<void> {
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
