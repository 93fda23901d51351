/** The internet of the kernels, as tests order it about. */
import type { APIRequestContext } from '@playwright/test';

/** The port of this worker's cloud: see the configuration. */
const PORT =
  Number(process.env.PREFLIGHT_CLOUD_PORT ?? '18998') +
  10 * Number(process.env.TEST_PARALLEL_INDEX ?? '0');

/** A request that reached the cloud. */
export interface IRequest {
  method: string;
  host: string;
  /** Path and query. */
  target: string;
  headers: Record<string, string>;
  status: number;
}

/** The internet of the kernels. */
export class Cloud {
  constructor(private readonly _request: APIRequestContext) {}

  /** The requests to a host (all of them), for targets that begin so. */
  async requests(host = '', start = '/'): Promise<IRequest[]> {
    const response = await this._request.get(`${this._url}/log`);
    const log: IRequest[] = await response.json();
    return log.filter(
      one =>
        // Not those for the log itself.
        one.host !== '127.0.0.1' &&
        (host === '' || one.host === host) &&
        one.target.startsWith(start)
    );
  }

  /** Every request of a place meets faults, such as `['status', 404]`, until `clear`. */
  async always(place: string, ...faults: unknown[][]): Promise<void> {
    await this._post('always', { place, faults });
  }

  /** All is well again, and the log is empty. */
  async clear(): Promise<void> {
    await this._post('clear', {});
  }

  private async _post(order: string, data: object): Promise<void> {
    const response = await this._request.post(`${this._url}/${order}`, {
      data
    });
    if (!response.ok()) {
      throw new Error(`${order}: ${response.status()}`);
    }
  }

  private readonly _url = `http://127.0.0.1:${PORT}`;
}

