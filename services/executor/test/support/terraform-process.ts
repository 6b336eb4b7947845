// An executor's process that is at the apply of a plan, for tests that kill it.
import type { Action, Point } from '@pao/executor-sdk';
import { err } from '@pao/kernel';
import { createTerraformAction } from '../../src/adapters/terraform/action.ts';
import { createTerraform } from '../../src/adapters/terraform/cli.ts';
import type { TerraformOptions } from '../../src/terraform-settings.ts';

interface Order {
  readonly options: TerraformOptions;
  readonly action: Action;
  readonly point: Point;
  readonly name: string;
}

const { options, action, point, name } = JSON.parse(process.argv[2] ?? '') as Order;
const runner = createTerraformAction({
  terraform: createTerraform(options),
  secrets: { resolve: async (reference) => err({ code: 'SECRET_NOT_FOUND', message: reference }) },
  commit: undefined,
});
const effect = await runner.proceed?.(action, [], point);
if (effect?.ok) await effect.value.run({ name, remainingMs: 60_000 });
