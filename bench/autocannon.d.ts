/** The part of autocannon that is used here; it brings no types of its own. */
declare module 'autocannon' {
  function autocannon(options: autocannon.Options): Promise<autocannon.Result>;
  namespace autocannon {
    interface Options {
      url: string;
      connections: number;
      duration: number;
      requests: Request[];
      /** Threads that send. */
      workers?: number;
    }
    interface Request {
      method: 'GET' | 'POST';
      path: string;
      headers?: Record<string, string>;
      body?: string;
      setupRequest?(request: Request): Request;
    }
    interface Result {
      readonly duration: number;
      readonly '2xx': number;
      readonly non2xx: number;
      readonly errors: number;
      readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
    }
  }
  export = autocannon;
}
