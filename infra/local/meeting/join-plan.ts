import type { JoinPlan } from '@meetingbot/crds-schema';

/** How the demo meeting is joined: a Meeting's `spec.join`, as any user would write it for a conference of theirs. */
export const demoJoinPlan: JoinPlan = {
  steps: [
    { waitFor: '#name' },
    { click: '#cookies', optional: true },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: expanded by whoever walks the plan
    { type: '#name', text: '${displayName}' },
    { click: '#join' },
  ],
  joined: '#call',
  lobby: '#waiting',
  ended: '#bye',
  participants: '.tile',
};
