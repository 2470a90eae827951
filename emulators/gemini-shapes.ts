/** How Google's Skill Registry shows its records. */
import type { OperationRecord, Registry, RevisionRecord, SkillRecord } from './gemini-registry.ts';

const TYPE = 'type.googleapis.com/google.cloud.aiplatform.v1beta1';

export function shownSkill(registry: Registry, skill: SkillRecord): Record<string, unknown> {
  const { id, displayName, description, labels, state, createTime, updateTime, sha256, license } = skill;
  return {
    name: `${registry.scope}/skills/${id}`,
    displayName,
    description,
    ...(Object.keys(labels).length > 0 && { labels }),
    createTime,
    updateTime,
    state,
    skillSource: 'USER',
    ...(license !== null && { license }),
    ...(sha256 !== null && { sha256 }),
  };
}

export function shownRevision(
  registry: Registry,
  id: string,
  { revision, createTime }: RevisionRecord,
): Record<string, unknown> {
  const name = `${registry.scope}/skills/${id}/revisions/${revision}`;
  return { name, createTime, updateTime: createTime };
}

/** `done` is absent until it is true, as protobuf JSON leaves out what is false. */
export function shownOperation(
  registry: Registry,
  operation: OperationRecord,
  skill: SkillRecord | undefined,
): Record<string, unknown> {
  const { id, skillId, kind, createTime, updateTime, outcome } = operation;
  const shown = {
    name: `${registry.scope}/skills/${skillId}/operations/${id}`,
    metadata: {
      '@type': `${TYPE}.${kind}SkillOperationMetadata`,
      genericMetadata: { createTime, updateTime },
    },
  };
  if (outcome === 'pending') return shown;
  if (outcome !== 'done') return { ...shown, done: true, error: outcome };
  const response =
    kind === 'Delete' || !skill
      ? { '@type': 'type.googleapis.com/google.protobuf.Empty' }
      : { '@type': `${TYPE}.Skill`, ...shownSkill(registry, skill) };
  return { ...shown, done: true, response };
}
