import 'reflect-metadata';
import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type CustomTransportStrategy, EventPattern, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { expect, it } from 'vitest';

/** Only keeps the handlers that Nest registers. */
class Handlers extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('test');

  listen(callback: () => void): void {
    callback();
  }

  close(): void {}

  on(): void {}

  unwrap<T>(): T {
    throw new Error('there is nothing inside');
  }
}

@Controller()
class Consumer {
  @EventPattern('deposited')
  async handle(_event: unknown): Promise<void> {
    throw new Error('the handler failed');
  }
}

// Why contract events are not consumed through @EventPattern: a loop that awaits the handler and then acknowledges
// loses every message whose handler fails (startConsumer calls its handler itself).
it('hides the failure of an @EventPattern handler from whoever awaits it', async () => {
  const strategy = new Handlers();
  class AppModule {}
  const module = { module: AppModule, controllers: [Consumer] };
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false });
  await app.listen();
  const handler = strategy.getHandlerByPattern('deposited');
  const result: unknown = await handler?.({}, {});
  if (!isObservable(result)) throw new Error('Nest gives something else now');
  await expect(lastValueFrom(result)).rejects.toBeDefined();
  await app.close();
});
