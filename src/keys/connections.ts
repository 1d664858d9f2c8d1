import type { Client, ClientSettings, Disposable, LaneSnapshot } from '../client/types';

interface ConnectionsOptions {
  /** `undefined` while it is not known. */
  readonly organizationOf: (keyId: string) => string | undefined;
  /** @throws {ClientError} */
  readonly createClient: (keyId: string) => Client;
  /** A response has named the organization of a key that had none. Told once for each connection. */
  readonly onOrganization: (keyId: string, organization: string) => void;
  readonly onQuota: (keyIds: readonly string[], lanes: readonly LaneSnapshot[]) => void;
}

interface Connection {
  readonly client: Client;
  readonly keyIds: Set<string>;
  readonly organization: string | undefined;
  readonly subscription: Disposable;
  hasToldOrganization: boolean;
}

/** The clients of the pool: one for each organization, and those of a former address until they are idle. */
export class Connections implements Disposable {
  readonly #options: ConnectionsOptions;
  readonly #current = new Set<Connection>();
  readonly #retired = new Set<Connection>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** The client of the key's organization, if there is one. */
  find(keyId: string): Client | undefined {
    return this.#find(keyId)?.client;
  }

  /** The same, made where there is none. @throws {ClientError} */
  get(keyId: string): Client {
    const connection = this.#find(keyId) ?? this.#connect(keyId);
    connection.keyIds.add(keyId);
    return connection.client;
  }

  lanes(): readonly LaneSnapshot[] {
    return [...this.#current].flatMap(({ client }) => client.quota());
  }

  isRetired(client: Client): boolean {
    return [...this.#retired].some((each) => each.client === client);
  }

  /** Also those that only finish what they have. */
  configure(settings: ClientSettings): void {
    for (const { client } of [...this.#current, ...this.#retired]) client.configure(settings);
  }

  /** They take nothing more, and are closed when they have nothing left. */
  retire(): void {
    for (const connection of this.#current) {
      this.#current.delete(connection);
      this.#retired.add(connection);
      connection.subscription.dispose();
      const closeWhenIdle = () => {
        const isIdle = connection.client.quota().every(({ queued, running }) => queued === 0 && running === 0);
        if (isIdle) this.#close(connection);
      };
      connection.client.onDidChangeQuota(closeWhenIdle);
      closeWhenIdle();
    }
  }

  dispose(): void {
    for (const connection of [...this.#current, ...this.#retired]) this.#close(connection);
  }

  #find(keyId: string): Connection | undefined {
    const organization = this.#options.organizationOf(keyId);
    const all = [...this.#current];
    if (organization === undefined) return all.find(({ keyIds }) => keyIds.has(keyId));
    return (
      all.find((each) => each.organization === organization) ??
      all.find((each) => each.organization === undefined && each.client.organization() === organization)
    );
  }

  #connect(keyId: string): Connection {
    const client = this.#options.createClient(keyId);
    const connection: Connection = {
      client,
      keyIds: new Set([keyId]),
      organization: this.#options.organizationOf(keyId),
      subscription: client.onDidChangeQuota(() => this.#sawQuota(connection)),
      hasToldOrganization: false,
    };
    this.#current.add(connection);
    return connection;
  }

  #sawQuota(connection: Connection): void {
    const { client, keyIds, organization, hasToldOrganization } = connection;
    const [only] = keyIds;
    const named = client.organization();
    // Of several keys nobody could tell which one it was.
    const isNews = organization === undefined && named !== undefined && !hasToldOrganization;
    if (isNews && only !== undefined && keyIds.size === 1) {
      connection.hasToldOrganization = true;
      this.#options.onOrganization(only, named);
    }
    this.#options.onQuota([...keyIds], client.quota());
  }

  #close(connection: Connection): void {
    this.#current.delete(connection);
    this.#retired.delete(connection);
    connection.subscription.dispose();
    void connection.client.close();
  }
}
