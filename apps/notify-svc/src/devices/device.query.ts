import { type Device, type deviceQueries, id } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, readCursor } from '@aftertone/event-store';
import { type EntityManager, In, MoreThan } from 'typeorm';
import { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { DeviceRow, DeviceSuccessRow } from './device.entity.ts';

type ListInput = z.output<typeof deviceQueries.listDevices.input>;

const listKey = z.tuple([id]);

const successesOf = async (manager: EntityManager, tenantId: string, rows: readonly DeviceRow[]) => {
  const deviceId = In(rows.map((row) => row.id));
  const found = await manager.find(DeviceSuccessRow, { where: { tenantId, deviceId } });
  return new Map(found.map((row) => [row.deviceId, row.at]));
};

const publicDevice = (
  { id: deviceId, platform, name, language, createdAt }: DeviceRow,
  successes: ReadonlyMap<string, Date>,
): Device => ({
  ...{ id: deviceId, platform, name, language, createdAt: createdAt.toISOString() },
  lastSuccessAt: successes.get(deviceId)?.toISOString() ?? null,
});

/** The devices of a user, read under row-level security. */
export class DeviceList {
  private readonly ground: Pick<Ground, 'reader'>;

  constructor(ground: Pick<Ground, 'reader'>) {
    this.ground = ground;
  }

  page(tenantId: string, { userId, limit, cursor }: ListInput): Promise<Page<Device>> {
    const [after] = cursor === undefined ? [] : readCursor(cursor, listKey);
    return asTenant(this.ground.reader, tenantId, async (manager) => {
      const where = { tenantId, userId, ...(after !== undefined && { id: MoreThan(after) }) };
      const rows = await manager.find(DeviceRow, { where, order: { id: 'ASC' }, take: limit + 1 });
      const successes = await successesOf(manager, tenantId, rows);
      return pageOf(
        rows,
        limit,
        (row) => publicDevice(row, successes),
        ({ id: last }) => [last],
      );
    });
  }

  /** Null when the user does not have it. */
  find(tenantId: string, userId: string, deviceId: string): Promise<Device | null> {
    return asTenant(this.ground.reader, tenantId, async (manager) => {
      const row = await manager.findOneBy(DeviceRow, { tenantId, userId, id: deviceId });
      return row && publicDevice(row, await successesOf(manager, tenantId, [row]));
    });
  }

  /** Which places a user's devices take. */
  placesOf(tenantId: string, userId: string): Promise<Array<Pick<DeviceRow, 'id' | 'slot'>>> {
    return asTenant(this.ground.reader, tenantId, (manager) =>
      manager.find(DeviceRow, { select: { id: true, slot: true }, where: { tenantId, userId } }),
    );
  }
}
