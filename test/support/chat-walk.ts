/** Every operation of chat products, good and refused, for tests that look at each answer. */
import type { Ask, Expect } from './inventory-walk.ts';
import { signedHeaders } from './slack.ts';

export async function walkChatSurfaces(ask: Ask, expect: Expect): Promise<void> {
  const users = '/api/chat-ops/users';
  const person = { surface: 'slack', team: 'T1', member: 'U1', name: 'Ada', role: 'viewer' };
  const { body } = await expect(201, ask('POST', users, person));
  await expect(409, ask('POST', users, person));
  await expect(200, ask('GET', users));
  await expect(204, ask('DELETE', `${users}/${String(body['id'])}`));
  await expect(404, ask('DELETE', `${users}/${String(body['id'])}`));
  const json = 'application/json';
  const challenge = JSON.stringify({ type: 'url_verification', challenge: 'walked' });
  const signed = signedHeaders(challenge, json);
  await expect(200, ask('POST', '/api/chat-ops/slack', Buffer.from(challenge), signed));
  await expect(401, ask('POST', '/api/chat-ops/slack', Buffer.from(challenge), { 'content-type': json }));
}
