import type { Device } from '@aftertone/contracts';
import { EntitySchema } from 'typeorm';
import { deviceTable } from './device.aggregate.ts';

/** A device as it is listed. */
export interface DeviceRow extends Omit<Device, 'createdAt' | 'lastSuccessAt'> {
  tenantId: string;
  userId: string;
  slot: number;
  createdAt: Date;
}

export const DeviceRow = new EntitySchema<DeviceRow>({
  name: 'DeviceRow',
  tableName: deviceTable,
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    id: { type: 'uuid', primary: true },
    userId: { name: 'user_id', type: 'uuid' },
    platform: { type: 'text' },
    name: { type: 'text', nullable: true },
    language: { type: 'text', nullable: true },
    slot: { type: 'integer' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});

/** When a device's push service took a push last. */
export interface DeviceSuccessRow {
  tenantId: string;
  deviceId: string;
  at: Date;
}

export const DeviceSuccessRow = new EntitySchema<DeviceSuccessRow>({
  name: 'DeviceSuccessRow',
  tableName: 'device_success',
  columns: {
    tenantId: { name: 'tenant_id', type: 'uuid', primary: true },
    deviceId: { name: 'device_id', type: 'uuid', primary: true },
    at: { type: 'timestamptz' },
  },
});
