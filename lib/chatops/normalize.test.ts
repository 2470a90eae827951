/** Different ways to type the same message must become the same text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalize } from './normalize.ts';

test('width, case, quotes, emoji and mentions do not matter', () => {
  assert.equal(normalize('ＩＮＳＴＡＬＬ　docx').text, 'install docx');
  assert.equal(normalize('“docx”').text, '"docx"');
  assert.equal(normalize('<@U123> hi 🙂').text.trim(), 'hi');
  assert.equal(normalize('@skillbot hi').text.trim(), 'hi');
  assert.equal(normalize('docx@1.0').text, 'docx@1.0');
  assert.equal(normalize('설치해줘ㅠㅠ').text.trim(), '설치해줘');
  assert.equal(normalize('설치'.normalize('NFD')).text, '설치');
});

test('invisible and direction-changing characters are told, not dropped', () => {
  assert.equal(normalize('do\u200Bcx').hidden, true);
  assert.equal(normalize('\u202Ednalxe').hidden, true);
  assert.equal(normalize('docx\ninstall 👩‍💻').hidden, false);
});

test('normalising twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      const once = normalize(text).text;
      assert.equal(normalize(once).text, once);
    }),
  );
});
