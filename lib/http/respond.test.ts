/** Conditional requests and the link to the next page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { etagOf, matches, pageAnswer, resourceAnswer } from './respond.ts';

const shown = { id: 'x', name: 'a thing' };
const etag = etagOf(shown);

test('an ETag is strong and follows the content', () => {
  assert.match(etag, /^"[\w-]{27}"$/);
  assert.notEqual(etagOf({ ...shown, name: 'another' }), etag);
  assert.equal(etagOf({ ...shown }), etag);
});

test('who has the content already gets 304 without it', () => {
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = resourceAnswer(shown, { 'if-none-match': known });
    assert.deepEqual([answer.status, answer.body, answer.headers?.['etag']], [304, undefined, etag], known);
  }
  for (const known of [undefined, '"other"', etag.slice(1)]) {
    const answer = resourceAnswer(shown, { 'if-none-match': known });
    assert.deepEqual([answer.status, answer.body], [200, shown], known);
  }
});

test('a change goes ahead without If-Match, or with the tag of what is shown, strongly compared', () => {
  for (const header of [undefined, etag, `"other", ${etag}`, '*']) assert.ok(matches(header)(shown), header);
  for (const header of ['"other"', `W/${etag}`, '']) assert.ok(!matches(header)(shown), header);
});

test('the next page keeps the filters of this one', () => {
  const page = { items: [shown], nextCursor: 'a+b' };
  const answer = pageAnswer('/api/things?q=%ED%95%9C&cursor=old&limit=1', page);
  assert.equal(answer.headers?.['link'], '</api/things?q=%ED%95%9C&cursor=a%2Bb&limit=1>; rel="next"');
  assert.equal(pageAnswer('/api/things', { items: [], nextCursor: null }).headers, undefined);
});
