/** Secrets that look real and are not: put together here, so that no file of the repository holds one. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface FakeSecret {
  readonly secret: string;
  /** A line of a script with it. */
  readonly line: string;
}

export function fakeSecrets(): FakeSecret[] {
  const aws = letters(40, 5);
  const pem = letters(64, 9);
  const kind = ['PRIVATE', 'KEY'].join(' ');
  return [
    ...['api03', 'oat01'].map((part) => assigned(`sk-ant-${part}-${letters(90, 1)}`)),
    assigned(`sk-proj-${letters(100, 2)}`),
    assigned(`sk-${letters(48, 3)}`),
    assigned(`AKIA${letters(16, 4, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`),
    { secret: aws, line: `aws_secret_access_key = ${aws}` },
    assigned(`ghp_${letters(36, 6)}`),
    assigned(`github_pat_${letters(22, 7)}_${letters(59, 8)}`),
    assigned(`xoxb-${letters(11, 10, '2345678')}-${letters(12, 11, '2345678')}-${letters(24, 12)}`),
    assigned(`AIza${letters(35, 13)}`),
    assigned(`npm_${letters(36, 14)}`),
    assigned(`pypi-AgEIcHlwaS5vcmc${letters(80, 15)}`),
    {
      secret: pem,
      line: `-----BEGIN RSA ${kind}-----\n${pem}\n${letters(64, 16)}\n-----END RSA ${kind}-----`,
    },
    dsn(letters(18, 17)),
  ];
}

function assigned(secret: string): FakeSecret {
  return { secret, line: `export SERVICE_KEY="${secret}"` };
}

function dsn(secret: string): FakeSecret {
  return { secret, line: `DATABASE_URL=postgresql://app:${secret}@db.prod.acme.dev:5432/app` };
}

/** The same ones each time: a linear congruential generator is random enough for a shape. */
function letters(length: number, seed: number, alphabet = LETTERS): string {
  let state = seed * 7_919 + 13;
  let text = '';
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += alphabet.charAt(Math.floor((state / 2_147_483_648) * alphabet.length));
  }
  return text;
}
