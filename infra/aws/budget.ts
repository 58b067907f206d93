import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import { APP_TAG } from './recorder-task.ts';

/** Says when it costs more than was meant: at 80 %, and when AWS expects more than 100 %. */
export class Budget extends Construct {
  constructor(scope: Construct, { alerts, name }: StackConfig, topic: sns.ITopic) {
    super(scope, 'Budget');
    const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
    });
    new budgets.CfnBudget(this, 'Monthly', {
      budget: {
        budgetName: `${name}-monthly`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: alerts.monthlyBudgetUsd, unit: 'USD' },
        // The tag has to be activated for cost allocation once (infra/README.md): until then it counts nothing.
        costFilters: { TagKeyValue: [`user:${APP_TAG}$${name}`] },
      },
      notificationsWithSubscribers: [notify('ACTUAL', 80), notify('FORECASTED', 100)],
    });
  }
}
