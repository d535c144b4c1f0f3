import type { Policy, User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { expect } from 'vitest';
import { type GatewayUnderTest, startGateway } from './start-gateway.ts';

export const password = 'a password long enough';

/** A gateway with an administrator who makes policies, and users who have them. */
export class PoliciesUnderTest {
  readonly gateway: GatewayUnderTest;
  /** Token of the administrator. */
  readonly admin: string;
  private readonly database: TestDatabase;

  private constructor(database: TestDatabase, gateway: GatewayUnderTest, admin: string) {
    this.database = database;
    this.gateway = gateway;
    this.admin = admin;
  }

  static async start(): Promise<PoliciesUnderTest> {
    const database = await freshDatabase();
    const gateway = await startGateway({
      DATABASE_URL_GATEWAY: database.url,
      NATS_URL: natsUrl(),
      AFTERTONE_CELL: uniqueCell(),
      LOGIN_TRIES_PER_ADDRESS: '100000',
    });
    return new PoliciesUnderTest(database, gateway, await gateway.logIn());
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.database.drop();
  }

  async newPolicy(acl: string[], token = this.admin): Promise<Policy> {
    const body = { name: `p-${newId()}`, acl };
    const answer = await this.gateway.send<Policy>('POST', '/v1/policies', { token, body });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  }

  /** A new user with these policies, and a token of it. */
  async newUser(policies: readonly Policy[], more: object = {}): Promise<{ user: User; token: string }> {
    const username = newId();
    const body = { username, password, policyIds: policies.map(({ id }) => id), ...more };
    const answer = await this.gateway.send<User>('POST', '/v1/users', { token: this.admin, body });
    expect(answer).toMatchObject({ status: 201 });
    return { user: answer.body, token: await this.gateway.logIn({ username, password }) };
  }

  async userWith(acl: string[]): Promise<{ user: User; token: string }> {
    return this.newUser([await this.newPolicy(acl)]);
  }

  async statusOf(method: string, path: string, token: string, body?: unknown): Promise<number> {
    const answer = await this.gateway.send(method, path, { token, ...(body === undefined ? {} : { body }) });
    return answer.status;
  }
}
