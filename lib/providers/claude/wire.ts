/** The fields of Claude's skill answers that we use; anything else in them is ignored. */
import { z } from 'zod';

/** Ids go back into paths, so they must look like ids. */
const Id = z.string().regex(/^[\w-]{1,200}$/);
const Time = z.iso.datetime({ offset: true });

export const Skill = z.object({
  id: Id,
  display_name: z.string().max(1000),
  latest_version_id: Id,
  created_at: Time,
});
export type Skill = z.output<typeof Skill>;

export const SkillVersion = z.object({ id: Id, name: z.string().max(1000) });
export type SkillVersion = z.output<typeof SkillVersion>;

export const SkillPage = z.object({ data: z.array(Skill), next_page: z.string().max(2000).nullish() });
export type SkillPage = z.output<typeof SkillPage>;

/** Of a message: the form that was filled in, among what else was said. */
export const ModelMessage = z.object({
  content: z.array(z.object({ type: z.string(), input: z.unknown() })),
});

export const SkillDeleted = z.object({ type: z.literal('skill_deleted') });
