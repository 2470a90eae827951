/** What English turns of phrase are made of: names, and connections told by their kind, as sources of regular expressions. */

/** A name with what may stand before it. */
export const NAME = '((?:[\\w가-힣@.-]+ ){1,5}?)';

const KIND =
  '(?:openai|open ai|chatgpt|gpt|claude|anthropic|gemini|google|vertex|azure ai foundry|azure foundry|azure|foundry|local|on-prem|staging)';

/** A connection told by its kind, with what may stand around it. */
export const CONNECTION = `((?:(?:the|our|my) )?(?:(?:prod|production|staging|research) )?${KIND}(?:-[\\w가-힣-]+)?(?: (?:ai|prod|production|staging|research|europe|seoul|connection|account))?)`;
