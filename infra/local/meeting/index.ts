export { demoJoinPlan } from './join-plan.ts';
export { type JoinParticipantsOptions, joinParticipants, type Participants } from './participants.ts';
export { joinReferenceCall, type ReferenceCall } from './reference-call.ts';
export type { PageVariant, Person } from './room.ts';
export { type DemoMeeting, type DemoMeetingOptions, type NewRoom, startDemoMeeting } from './server.ts';
