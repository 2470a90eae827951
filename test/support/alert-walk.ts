/** Every operation of alerts, good and refused, for tests that look at each answer. */
import { startAlertReceiver } from './alert-receiver.ts';

import type { Ask, Expect } from './inventory-walk.ts';

export async function walkAlerts(ask: Ask, expect: Expect): Promise<void> {
  const receiver = await startAlertReceiver();
  const channels = '/api/alerts/channels';
  try {
    const given = { kind: 'webhook', name: 'walked', url: `${receiver.url}/hook` };
    const { body } = await expect(201, ask('POST', channels, given));
    await expect(409, ask('POST', channels, given));
    await expect(400, ask('POST', channels, { ...given, name: 'inside', url: 'https://10.0.0.1/' }));
    const one = `${channels}/${String(body['id'])}`;
    const { headers } = await expect(200, ask('GET', one));
    await expect(304, ask('GET', one, undefined, { 'if-none-match': headers.get('etag') ?? '' }));
    await expect(200, ask('GET', channels));
    await expect(200, ask('PATCH', one, { name: 'renamed', types: ['audit.broken'] }));
    await expect(412, ask('PATCH', one, { name: 'again' }, { 'if-match': '"x"' }));
    const { body: sent } = await expect(200, ask('POST', `${one}/test`));
    await expect(200, ask('GET', '/api/alerts?type=alert.test'));
    await expect(200, ask('GET', `/api/alerts/deliveries?channel=${String(body['id'])}`));
    const redeliver = `/api/alerts/deliveries/${String(sent['id'])}/redeliver`;
    await expect(202, ask('POST', redeliver));
    await expect(200, ask('PATCH', one, { status: 'disabled' }));
    await expect(409, ask('POST', redeliver));
    await expect(204, ask('DELETE', one));
    await expect(404, ask('POST', `${one}/test`));
  } finally {
    await receiver.close();
  }
}
