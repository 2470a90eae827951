/** Rules about code that is written so that nobody can read it. */
import type { Match, Rule, ScannedFile, ScannedSkill } from '../rule.ts';

const LONG_BLOB = /(?<![A-Za-z\d+/=_-])[A-Za-z\d+/_-]{512,200000}={0,2}/g;
/** What holds such blobs by nature: pictures in addresses, hashes of lock files, certificates, outputs of notebooks. */
const HARMLESS_BEFORE =
  /data:[\w.+-]{1,40}\/[\w.+-]{1,60}(?:;[\w=.-]{1,60}){0,3},$|sha(?:256|384|512)-$|-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----\s{0,3}$|"image\/(?:png|jpeg|gif|svg\+xml)"\s{0,3}:\s{0,3}\[?\s{0,20}"$/;
const HARMLESS_FILES =
  /\.(?:lock|svg|ipynb|map|pem|crt|cer|woff2?|csv|tsv)$|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|go\.sum|Cargo\.lock)$/i;

function* blobs({ files }: ScannedSkill): Iterable<Match> {
  for (const file of files) {
    const [reading] = file.readings;
    if (!reading || HARMLESS_FILES.test(file.path)) continue;
    for (const { index, 0: blob } of reading.text.matchAll(LONG_BLOB)) {
      const before = reading.text.slice(Math.max(0, index - 200), index);
      if (HARMLESS_BEFORE.test(before) || !isDense(blob)) continue;
      yield { file, reading, index, length: Math.min(blob.length, 80) };
      break;
    }
  }
  yield* unreadable(files);
}

/** Random letters use many different ones; a row of dashes or a long word does not. */
function isDense(blob: string): boolean {
  const sample = blob.slice(0, 2000);
  const counts = new Map<string, number>();
  for (const character of sample) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / sample.length) * Math.log2(count / sample.length);
  return bits > 4.5 && /\d/.test(sample) && /[A-Z]/.test(sample) && /[a-z]/.test(sample);
}

const MOST_UNREADABLE = 0.3;
const PICTURES =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|svg|mp[34]|m4a|wav|ogg|webm|mov|pdf|docx|xlsx|pptx|odt|ttf|otf|woff2?|eot|parquet)$/i;

/** Much that is neither text nor a known kind of document: nobody can say what it is. */
function* unreadable(files: readonly ScannedFile[]): Iterable<Match> {
  const bytesOf = (some: readonly ScannedFile[]): number =>
    some.reduce((sum, file) => sum + file.bytes.byteLength, 0);
  const dark = files.filter((file) => file.language === 'binary' && !PICTURES.test(file.path));
  const [largest] = dark.toSorted((one, other) => other.bytes.byteLength - one.bytes.byteLength);
  if (largest && bytesOf(dark) > MOST_UNREADABLE * bytesOf(files)) yield { file: largest };
}

export const obfuscationRules: readonly Rule[] = [
  {
    id: 'SK-OB-01',
    severity: 'medium',
    title: 'Holds code or data that nobody can read',
    advice: 'Ship the source in place of what was made from it.',
    patterns: [
      { find: /\bString\.fromCharCode\(\s{0,3}\d{1,4}(?:\s{0,3},\s{0,3}\d{1,4}){8,20}/, place: 'any' },
      { find: /(?:\\x[\da-f]{2}){24}/i, place: 'code' },
      { find: /(?:\\u00[\da-f]{2}){24}/i, place: 'code' },
      { find: /(?:\bchr\(\d{1,3}\)\s{0,3}\+\s{0,3}){6}/, place: 'code' },
      {
        find: /\beval\(function\(p,a,c,k,e,[dr]\)|\b_0x[\da-f]{4,6}\b[^]{0,300}?\b_0x[\da-f]{4,6}\b/,
        place: 'code',
      },
      { find: /\[\]\[\(!\[\]\+\[\]\)/, place: 'any' },
    ],
    check: blobs,
  },
];
