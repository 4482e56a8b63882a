import type { ServerResponse } from 'node:http';
import type { Mount } from '../gateway/gateway.ts';
import { segmentsOf } from '../gateway/match-route.ts';
import { refuse, sendJson } from '../gateway/response.ts';
import { endDatabaseFaults, REHEARSED, type Rehearsed } from './faults.ts';

/** The part that the fault needs is a real service here. */
export class NothingToFail extends Error {
  override name = 'NothingToFail';
  constructor(fault: string) {
    super(`${fault} needs a stand-in, and a real service is in its place`);
  }
}

export type Switches = {
  /** @throws {NothingToFail} */
  on(name: string): Promise<void>;
  off(name: string): Promise<void>;
  /** Switches every fault off. */
  clear(): Promise<void>;
  list(): { name: string; says: string; isOn: boolean }[];
};

/** The faults of one running system. */
export function createSwitches(parts: Rehearsed): Switches {
  const lifts = new Map<string, () => unknown>();
  const off = async (name: string) => {
    await lifts.get(name)?.();
    lifts.delete(name);
  };
  return {
    async on(name) {
      if (lifts.has(name)) return;
      const lift = await REHEARSED[name]?.begin(parts);
      if (!lift) throw new NothingToFail(name);
      lifts.set(name, lift);
    },
    off,
    async clear() {
      for (const name of [...lifts.keys()]) await off(name);
      await endDatabaseFaults(parts.db);
    },
    list: () => Object.entries(REHEARSED).map(([name, { says }]) => ({ name, says, isOn: lifts.has(name) })),
  };
}

/**
 * `GET /local/faults`, `PUT` and `DELETE /local/faults/{name}`, and `DELETE /local/faults` for all of them. The port is
 * on loopback alone.
 */
export function serveSwitches(switches: Switches): Mount {
  const perform = async (response: ServerResponse, method: string | undefined, name: string | undefined) => {
    if (name !== undefined && !(name in REHEARSED)) return refuse(response, 404, 'Not Found');
    if (method === 'PUT' && name) await switches.on(name);
    else if (method === 'DELETE') await (name ? switches.off(name) : switches.clear());
    else if (method !== 'GET' || name) return refuse(response, 405, 'Method Not Allowed');
    sendJson(response, 200, { faults: switches.list() });
  };
  return (request, response) => {
    const [local, faults, name, ...rest] = segmentsOf(request.url ?? '/') ?? [];
    if (local !== 'local' || faults !== 'faults' || rest.length > 0) return false;
    perform(response, request.method, name).catch((error: unknown) => {
      if (error instanceof NothingToFail) sendJson(response, 409, { detail: error.message });
      else refuse(response, 500, 'Internal Server Error');
    });
    return true;
  };
}
