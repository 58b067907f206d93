import type { JoinPlan } from '@meetingbot/crds-schema';

/**
 * How anybody, a recorder too, gets into the room of Janus's video room demo. The page takes letters and digits
 * only for a name. Opened with `?subscriber-mode=yes` it asks for no camera.
 */
export const janusJoinPlan: JoinPlan = {
  steps: [
    { click: '#start' },
    { waitFor: '#username' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: expanded by whoever walks the plan
    { type: '#username', text: '${displayName}' },
    { click: '#register' },
  ],
  joined: '#videos',
  ended: '.bootbox',
  participants: '#videolocal, .label[id^="remote"]:not(:empty)',
};
