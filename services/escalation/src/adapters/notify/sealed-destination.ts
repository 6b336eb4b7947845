import type { DataSealer } from '@pao/runtime';
import type { Destination, Subscription } from '../../core/domain/notifications/subscription.ts';

type Place = Pick<Subscription, 'id' | 'tenantId'>;

/** Bound to the subscription: a sealed address that is put into another row opens nowhere. */
const placeOf = ({ id, tenantId }: Place) => ({ tenantId, requestId: id, place: 'notification.destination' });

export const sealDestination =
  (sealer: DataSealer | undefined) =>
  (place: Place, destination: Destination): string | undefined =>
    sealer?.seal(JSON.stringify(destination), placeOf(place));

export const openDestination =
  (sealer: DataSealer | undefined) =>
  (subscription: Subscription): Destination | undefined => {
    const opened = sealer?.open(subscription.sealed, placeOf(subscription));
    // Authenticated: it is what was sealed above.
    return opened?.ok ? (JSON.parse(opened.value) as Destination) : undefined;
  };
