/** A provider with models, as the SDKs of OpenAI and Claude speak to them; what it answers is the test's to say. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface ModelServer {
  readonly url: string;
  /** Bodies of the questions that came. */
  readonly asked: Record<string, unknown>[];
  /** The form as the model fills it in; text for one that says something else; a status for a failure. */
  answer: { readonly form: unknown } | { readonly text: string } | { readonly status: number } | 'hang';
  close(): Promise<void>;
}

const NO_SKILLS = {
  object: 'list',
  data: [],
  has_more: false,
  next_page: null,
  first_id: null,
  last_id: null,
};

export async function startModelServer(): Promise<ModelServer> {
  const server = createServer((request, response) => {
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const isOpenAI = request.url === '/v1/chat/completions';
    if (request.method === 'GET') return void say(200, NO_SKILLS);
    if (!isOpenAI && request.url !== '/v1/messages')
      return void say(404, { error: { message: 'unknown path' } });
    void json(request).then((body) => {
      models.asked.push(body as Record<string, unknown>);
      const { answer } = models;
      if (answer === 'hang') return;
      if ('status' in answer) return void say(answer.status, { error: { message: 'no', type: 'api_error' } });
      say(200, isOpenAI ? completion(answer) : message(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const models: ModelServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: { text: '' },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return models;
}

type Said = { readonly form: unknown } | { readonly text: string };

function completion(said: Said) {
  const content = 'form' in said ? JSON.stringify(said.form) : said.text;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content, refusal: null } }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

function message(said: Said) {
  const content =
    'form' in said
      ? [{ type: 'tool_use', id: 'toolu_1', name: 'request', input: said.form }]
      : [{ type: 'text', text: said.text }];
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
}
