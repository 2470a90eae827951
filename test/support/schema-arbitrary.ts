/** Values that a JSON Schema allows, and the same with something wrong in them. */
import fc from 'fast-check';
import { isObject, type Schema } from './contract.ts';

/** `words` are names that exist, so that some requests get past the look-up. */
export function valueFor(schema: Schema, words: readonly string[]): fc.Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom<unknown>(...schema['enum']);
  if ('const' in schema) return fc.constant(schema['const']);
  const choices = schema['oneOf'];
  if (Array.isArray(choices))
    return fc.oneof(...choices.filter(isObject).map((choice) => valueFor(choice, words)));
  switch (schema['type']) {
    case 'object':
      return objectFor(schema, words);
    case 'array':
      return fc.array(valueFor(schemaAt(schema, 'items'), words), {
        minLength: numberAt(schema, 'minItems', 0),
        maxLength: Math.min(numberAt(schema, 'maxItems', 3), 3),
      });
    case 'integer':
      return fc.integer({
        min: numberAt(schema, 'minimum', -10),
        max: Math.min(numberAt(schema, 'maximum', 10), 1000),
      });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return stringFor(schema, words);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

/** Half of them damaged in one place; the document decides whether that is still allowed. */
export function inputFor(schema: Schema, words: readonly string[]): fc.Arbitrary<unknown> {
  const value = valueFor(schema, words);
  const damaged = fc.tuple(value, fc.nat(), junk, fc.boolean()).map(([whole, at, wrong, isAdded]) => {
    const places = placesIn(whole, []);
    const place = places[at % places.length] ?? [];
    return replaceAt(whole, isAdded ? [...place, 'unknownField'] : place, wrong);
  });
  return fc.oneof(value, damaged);
}

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e300, '', ' ', 'x', '0', [], {}, [null], { x: 1 }),
  fc.constantFrom('x'.repeat(5000), 'a\0b', '\ud800', '../x', '%', "'; drop table skills; --", '한글', '💥'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

function objectFor(schema: Schema, words: readonly string[]): fc.Arbitrary<unknown> {
  const properties = Object.entries(schemaAt(schema, 'properties'));
  if (properties.length === 0 && isObject(schema['additionalProperties'])) {
    return fc.dictionary(fc.constantFrom('baseUrl', 'project', 'x'), fc.jsonValue({ maxDepth: 1 }), {
      maxKeys: 2,
    });
  }
  const members = properties.map(([name, member]) => [name, valueFor(member as Schema, words)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: stringsAt(schema, 'required') });
}

function stringFor(schema: Schema, words: readonly string[]): fc.Arbitrary<string> {
  if (schema['format'] === 'date-time') {
    const [min, max] = [new Date('2020-01-01'), new Date('2090-01-01')];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  const [minLength, most] = [numberAt(schema, 'minLength', 0), numberAt(schema, 'maxLength', 20)];
  const isShort = (text: string) => text.length <= most;
  if (typeof schema['pattern'] === 'string') {
    // A pattern that asks for more than 20 characters would never be short.
    const longest = numberAt(schema, 'maxLength', Number.POSITIVE_INFINITY);
    return fc.stringMatching(new RegExp(schema['pattern'])).filter((text) => text.length <= longest);
  }
  const any = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(most, 20) });
  return words.length === 0 ? any : fc.oneof(any, fc.constantFrom(...words).filter(isShort));
}

type Path = readonly (string | number)[];

/** The paths of the value itself and everything in it. */
function placesIn(value: unknown, path: Path): Path[] {
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => placesIn(item, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]))
      : [];
  return [path, ...inner];
}

/** Puts `wrong` at the path; what is neither list nor object on the way there becomes an object. */
function replaceAt(value: unknown, [first, ...rest]: Path, wrong: unknown): unknown {
  if (first === undefined) return wrong;
  if (Array.isArray(value) && typeof first === 'number') {
    return value.map((item, index) => (index === first ? replaceAt(item, rest, wrong) : item));
  }
  const members = isObject(value) ? value : {};
  return { ...members, [first]: replaceAt(members[first], rest, wrong) };
}

function schemaAt(schema: Schema, keyword: string): Schema {
  const inner = schema[keyword];
  return isObject(inner) ? inner : {};
}

function numberAt(schema: Schema, keyword: string, otherwise: number): number {
  const value = schema[keyword];
  return typeof value === 'number' ? value : otherwise;
}

function stringsAt(schema: Schema, keyword: string): string[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
