export { janusJoinPlan } from './join-plan.ts';
export { type JanusParticipants, joinJanusParticipants } from './participants.ts';
export { type Janus, startJanus } from './server.ts';
