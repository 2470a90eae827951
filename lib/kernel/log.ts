/** JSON log lines with static messages; fields that could hold a secret are replaced by name. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

const SECRET_FIELDS = [
  'authorization',
  'apiKey',
  'accessToken',
  'serviceAccount',
  'credentials',
  'key',
  'token',
  'password',
  'secret',
];

export function createLog(level: string): Log {
  return pino({
    level,
    base: { pid: process.pid },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[secret]',
    },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
