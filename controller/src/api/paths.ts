import { GROUP, PLURAL, VERSION } from '@meetingbot/crds-schema';

/** Paths of the resource, with Fastify's parameters `ns` and `name`. */
export const GROUP_PATH = `/apis/${GROUP}/${VERSION}`;
export const EVERYWHERE_PATH = `${GROUP_PATH}/${PLURAL}`;
export const COLLECTION_PATH = `${GROUP_PATH}/namespaces/:ns/${PLURAL}`;
export const OBJECT_PATH = `${COLLECTION_PATH}/:name`;
export const STATUS_PATH = `${OBJECT_PATH}/status`;
export const RESEND_PATH = `${OBJECT_PATH}/resend`;
