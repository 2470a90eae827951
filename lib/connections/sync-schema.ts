/** The shape of a comparison with what an account holds, as the API shows it. */
import { z } from 'zod';

const Timestamp = z.string().meta({ format: 'date-time' });
const Count = z.number().int();

export const ConnectionSync = z
  .object({
    provider: z.object({ id: z.string(), slug: z.string() }),
    status: z.enum(['queued', 'running', 'success', 'failed']),
    requestedAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .meta({ description: 'while it is queued: why it has to be tried again' }),
    counts: z
      .object({
        in_sync: Count,
        outdated: Count,
        modified: Count,
        missing: Count,
        unmanaged: Count,
        unknown: Count,
      })
      .nullable()
      .meta({ description: 'as the last one that succeeded found them; null before' }),
  })
  .meta({ id: 'ProviderSync' });
export type ConnectionSync = z.infer<typeof ConnectionSync>;
