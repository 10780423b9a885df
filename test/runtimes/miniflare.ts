/** The part of the `miniflare` package that is used, which is installed beside this file only when it is run. */
export declare class Miniflare {
  constructor(options: { modules: true; script: string; compatibilityDate: string });
  dispatchFetch(url: string, init?: RequestInit): Promise<Response>;
  dispose(): Promise<void>;
}
