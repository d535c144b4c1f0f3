import { requiredAccess } from '@aftertone/contracts';
import { DomainError, notFound } from '@aftertone/kernel';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { routeMetadata } from '../http/endpoint.ts';
import { pathValues } from '../http/path.ts';
import { actsInTenant, type Route, saysForbidden } from '../http/route.ts';
import { tellRefusal } from '../http/tell-refusal.ts';
import { Authenticator } from './authenticator.ts';
import { forbidden, unauthenticated } from './refusals.ts';
import type { Session } from './session.ts';
import { keepSession } from './session-of.ts';
import { tenantOf } from './tenant-of.ts';
import { tokenOf } from './token-of.ts';

/** Ids in the path are written as patterns have them; `me` as the id too, so that a pattern with the id knows it. */
const namedIn = ({ path, me }: Route, { params }: FastifyRequest, { userId }: Session): Record<string, string> =>
  Object.fromEntries(
    Object.entries(pathValues(path, params)).map(([name, value]) => [
      name,
      me === true && name === 'id' && value === 'me' ? userId : value.toLowerCase(),
    ]),
  );

const noSuchObject = ({ missing = 'not-found' }: Route): DomainError => notFound(missing, 'There is no such object');

/** Lets a request pass whose token is valid and allows the access that its route names. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly reflector: Reflector;
  private readonly authenticator: Authenticator;

  constructor(@Inject(Reflector) reflector: Reflector, @Inject(Authenticator) authenticator: Authenticator) {
    this.reflector = reflector;
    this.authenticator = authenticator;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.reflector.get<Route | undefined>(routeMetadata, context.getHandler());
    // Handlers without a route (health, documents) are open by design; every route says what it needs.
    if (route === undefined || route.access === null) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const tenant = actsInTenant(route) ? tenantOf(request.headers) : undefined;
    const session = await this.find(tokenOf(request.headers), tenant).catch((error: unknown) => {
      // Endpoints do not see what guards refuse.
      if (error instanceof DomainError) tellRefusal(http.getResponse<FastifyReply>(), error);
      throw error;
    });
    const access = requiredAccess(route.access, namedIn(route, request, session));
    if (!session.allows(access)) {
      // Whoever may not touch an object does not learn whether it exists.
      throw saysForbidden(route) ? forbidden(access) : noSuchObject(route);
    }
    keepSession(request, session);
    return true;
  }

  private async find(token: string, tenant: string | undefined): Promise<Session> {
    const session = await this.authenticator.session(token, tenant);
    if (session === null) throw unauthenticated();
    return session;
  }
}
