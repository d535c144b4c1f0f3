import { eventStreamName, type ServiceName, serviceSubjects } from '@aftertone/contracts';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';

const day = 86_400_000;

/** What may differ between installations; only tests change the times. */
export interface StreamSettings {
  /** Copies in a NATS cluster; more than 1 is refused by a server that stands alone. */
  replicas?: number;
  /** How long the bus keeps events, milliseconds: 7 days. Older ones come from the services' logs. */
  maxAgeMs?: number;
  /** How long a repeated `Nats-Msg-Id` is recognised, milliseconds: 2 minutes. */
  duplicateWindowMs?: number;
}

/** A service's stream in a cell, complete: every field is compared with what the server has. */
export const eventStreamConfig = (cell: string, service: ServiceName, settings: StreamSettings = {}) =>
  ({
    name: eventStreamName(cell, service),
    subjects: [...serviceSubjects[service]],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(settings.maxAgeMs ?? 7 * day),
    duplicate_window: nanos(settings.duplicateWindowMs ?? 120_000),
    num_replicas: settings.replicas ?? 1,
    // Single events are read by subject and number, for replays of dead letters.
    allow_direct: true,
  }) satisfies Partial<StreamConfig>;

/** JetStream's administration on a connection, without asking whether it is there: the first request tells. */
export const streamManager = (connection: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(connection, { checkAPI: false });

export const isNotFound = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamNotFound || error.code === JetStreamApiCodes.ConsumerNotFound);

const differs = (have: unknown, want: unknown): boolean => JSON.stringify(have) !== JSON.stringify(want);

/** Makes the stream when it is missing, changes it when it was declared otherwise, and tells what it holds. */
export const ensureEventStream = async (
  manager: JetStreamManager,
  config: ReturnType<typeof eventStreamConfig>,
): Promise<StreamInfo> => {
  let info: StreamInfo;
  try {
    info = await manager.streams.info(config.name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return manager.streams.add(config);
  }
  const have = new Map<string, unknown>(Object.entries(info.config));
  const changed = Object.entries(config).some(([name, want]) => differs(have.get(name), want));
  return changed ? manager.streams.update(config.name, config) : info;
};
