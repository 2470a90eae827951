/** The closed list of what can be audited, as `object.verb`. */

export const AUDIT_ACTIONS = [
  'skill.create',
  'skill.add_version',
  'skill.scan',
  'skill.approve',
  'skill.yank',
  'skill.import',
  'skill.update',
  'skill.archive',
  'skill.unarchive',
  'skill.delete',
  'provider.create',
  'provider.update',
  'provider.verify',
  'provider.refuse',
  'provider.remove_duplicate',
  'run.create',
  'run.claim',
  'run.progress',
  'run.retry',
  'run.succeed',
  'run.fail',
  'run.fail_partly',
  'run.cancel',
  'run.request_cancel',
  'key.create',
  'key.revoke',
  'chat.message',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];
