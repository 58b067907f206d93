import { DEFAULT_DISPLAY_NAME, type PlatformPages } from '@meetingbot/crds-schema';

/**
 * Our name as a platform takes it: one that it refuses keeps its button for joining closed, and the recorder out.
 * @returns the name without what is refused in it, blanks in its place; the default where that leaves nothing to read
 */
export function nameAtDoor(displayName: string, { notInName }: Pick<PlatformPages['join'], 'notInName'>): string {
  if (notInName === undefined) return displayName;
  const name = displayName.replace(new RegExp(notInName, 'giu'), ' ').replace(/\s+/g, ' ').trim();
  return /[\p{L}\p{N}]/u.test(name) ? name : DEFAULT_DISPLAY_NAME;
}
