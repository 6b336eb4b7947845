import { done, type Handled, type IncomingMessage } from '@pao/bus';
import { type AnnouncedActionType, decodeMessage, executorAnnouncedV1 } from '@pao/contracts';
import type { ServedActionType } from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import type { ServedAnnouncement } from '../../core/ports/served-types.ts';

/** Only what documents are judged by. Postgres takes no U+0000 and no half of a surrogate pair. */
const servedType = ({ type, configSchema, secretMembers }: AnnouncedActionType): ServedActionType => ({
  type,
  configSchema: JSON.parse(
    JSON.stringify(configSchema).replaceAll(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][\da-f]{2})/gi, '$1\ufffd'),
  ) as JsonObject,
  secretMembers: secretMembers.map((member) => member.toWellFormed().replaceAll('\0', '\ufffd')),
});

/** Takes one message of the inbox: what it says is stored before it is acknowledged. */
export const createCatalogInbox =
  (record: (announcement: ServedAnnouncement) => Promise<void>, now: () => Date) =>
  async ({ type, body }: IncomingMessage): Promise<Handled> => {
    // Not acknowledged: a newer version of this service may know it, and in the dead letters it is seen.
    if (type !== executorAnnouncedV1.type) throw new Error(`no handler for ${type}`);
    const { pool, instance, actionTypes, announcedAt } = decodeMessage(executorAnnouncedV1, body).data;
    await record({
      pool,
      instance: instance.toWellFormed().replaceAll('\0', '\ufffd'),
      actionTypes: actionTypes.map(servedType),
      announcedAt: new Date(Math.min(Date.parse(announcedAt), now().getTime())),
    });
    return done;
  };
