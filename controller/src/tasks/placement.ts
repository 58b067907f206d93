import type { CapacityProviderStrategyItem, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { type ControllerSettings, SettingsError, splitList } from '@meetingbot/crds-schema';

export type PlacementSettings = Pick<
  ControllerSettings,
  'ECS_SUBNETS' | 'ECS_SECURITY_GROUPS' | 'ECS_ASSIGN_PUBLIC_IP' | 'ECS_CAPACITY_PROVIDERS'
>;

/** Where recorders run: the part of every RunTask that comes from settings. */
export function placementOf(
  settings: PlacementSettings,
): Pick<RunTaskCommandInput, 'networkConfiguration' | 'launchType' | 'capacityProviderStrategy'> {
  const strategy = parseCapacityProviders(settings.ECS_CAPACITY_PROVIDERS);
  return {
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: splitList(settings.ECS_SUBNETS),
        securityGroups: splitList(settings.ECS_SECURITY_GROUPS),
        assignPublicIp: settings.ECS_ASSIGN_PUBLIC_IP ? 'ENABLED' : 'DISABLED',
      },
    },
    // ECS takes one of the two, never both.
    ...(strategy.length === 0 ? { launchType: 'FARGATE' } : { capacityProviderStrategy: strategy }),
  };
}

/**
 * `FARGATE_SPOT:1,FARGATE:3` as ECS wants it; a provider without a weight has 1
 * (ECS's own default is 0, and a strategy of zeros only places nothing).
 * @throws SettingsError
 */
export function parseCapacityProviders(text: string | undefined): CapacityProviderStrategyItem[] {
  const items = splitList(text).map((item) => {
    const match = /^([A-Za-z0-9_-]{1,255})(?::(\d{1,4}))?$/.exec(item);
    const [, capacityProvider, weight = '1'] = match ?? [];
    if (capacityProvider === undefined || Number(weight) > 1000) {
      throw new SettingsError(
        'settings: ECS_CAPACITY_PROVIDERS: expected name or name:weight with a weight from 0 to 1000, separated by commas',
      );
    }
    return { capacityProvider, weight: Number(weight) };
  });
  if (items.length > 20) throw new SettingsError('settings: ECS_CAPACITY_PROVIDERS: at most 20');
  if (items.length > 0 && items.every(({ weight }) => weight === 0)) {
    throw new SettingsError('settings: ECS_CAPACITY_PROVIDERS: at least one weight must be above 0');
  }
  return items;
}
