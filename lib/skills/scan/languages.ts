/** What a file of a skill is written in: by its name, its first line, or its first bytes. */
import { basename, extname } from 'node:path/posix';
import type { Language } from './rule.ts';

const BY_EXTENSION: Readonly<Record<string, Language>> = {
  md: 'markdown',
  mdx: 'markdown',
  markdown: 'markdown',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  fish: 'shell',
  ksh: 'shell',
  ps1: 'powershell',
  psm1: 'powershell',
  psd1: 'powershell',
  py: 'python',
  pyw: 'python',
  pyi: 'python',
  js: 'javascript',
  cjs: 'javascript',
  mjs: 'javascript',
  jsx: 'javascript',
  ts: 'javascript',
  cts: 'javascript',
  mts: 'javascript',
  tsx: 'javascript',
  html: 'html',
  htm: 'html',
  svg: 'html',
  xml: 'html',
  json: 'json',
  jsonc: 'json',
  json5: 'json',
  ipynb: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  toml: 'yaml',
};

/** Scripts that need no extension. */
const BY_NAME: Readonly<Record<string, Language>> = {
  dockerfile: 'shell',
  makefile: 'shell',
  justfile: 'shell',
  '.bashrc': 'shell',
  '.zshrc': 'shell',
  '.profile': 'shell',
  '.envrc': 'shell',
};

const SHEBANGS: readonly (readonly [RegExp, Language])[] = [
  [/\b(?:ba|z|da|k|fi)?sh\b/, 'shell'],
  [/\bpython[\d.]*\b/, 'python'],
  [/\b(?:node|deno|bun|tsx|ts-node)\b/, 'javascript'],
  [/\b(?:pwsh|powershell)\b/, 'powershell'],
];

/** `text` is null where the bytes are no text. */
export function languageOf(path: string, text: string | null): Language {
  if (text === null) return 'binary';
  const name = basename(path).toLowerCase();
  const known = BY_NAME[name] ?? BY_EXTENSION[extname(name).slice(1)];
  if (known !== undefined) return known;
  if (!text.startsWith('#!')) return 'text';
  const shebang = text.slice(0, 200).split('\n', 1)[0] ?? '';
  return SHEBANGS.find(([program]) => program.test(shebang))?.[1] ?? 'text';
}

/** Null for bytes that are no text: not UTF-8 nor marked UTF-16, or with zeros in it. */
export function textOf(bytes: Uint8Array): string | null {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch (error) {
    // What a fatal decoder throws for bytes that do not fit.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
