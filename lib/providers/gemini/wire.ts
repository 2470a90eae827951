/** The fields we use of Google's Skill Registry and its token endpoint; whatever else they answer is ignored. */
import { z } from 'zod';

export const Skill = z.object({
  displayName: z.string().optional(),
  state: z.string().optional(),
  createTime: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  /** Base64 of the zip of the newest revision; only where one skill is asked for. */
  zippedFilesystem: z.string().optional(),
});
export type Skill = z.output<typeof Skill>;

const SEGMENT = '[A-Za-z0-9_~-][A-Za-z0-9._~-]*';

export const ListedSkill = Skill.omit({ zippedFilesystem: true }).extend({
  name: z.string().regex(new RegExp(`/skills/${SEGMENT}$`)),
});

/** An empty list is no field at all. */
export const SkillPage = z.object({
  skills: z.array(ListedSkill).default([]),
  nextPageToken: z.string().max(2000).optional(),
});

export const Revision = z.object({
  name: z.string().regex(new RegExp(`/revisions/${SEGMENT}$`)),
  createTime: z.string().optional(),
  skill: Skill.optional(),
});
export type Revision = z.output<typeof Revision>;

export const RevisionPage = z.object({
  skillRevisions: z.array(Revision).default([]),
  nextPageToken: z.string().optional(),
});

/** Becomes part of an address, so nothing but plain segments may be in it. */
export const OperationName = z
  .string()
  .max(500)
  .regex(
    new RegExp(`^projects/${SEGMENT}/locations/${SEGMENT}/(?:skills/${SEGMENT}/)?operations/${SEGMENT}$`),
  );

export const OperationError = z.object({
  code: z.int(),
  message: z.string().optional(),
  details: z.unknown().optional(),
});

/** `done` is left out until it is true. */
export const Operation = z.object({
  name: OperationName,
  done: z.boolean().default(false),
  error: OperationError.optional(),
});
export type Operation = z.output<typeof Operation>;

export const TokenAnswer = z.object({ access_token: z.string().min(1) });
