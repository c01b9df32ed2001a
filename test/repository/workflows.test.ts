import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../support/process.js";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  "timeout-minutes"?: number;
  permissions?: Record<string, string>;
  strategy?: { matrix: { run?: string[] } };
  steps: Step[];
}

const folder = join(root, ".github/workflows");
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

describe.each(await readdir(folder))("%s", async (name) => {
  const text = await readFile(join(folder, name), "utf8");
  const workflow = parse(text) as { permissions: object; jobs: Record<string, Job> };
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, { steps }]) => steps);

  test("pins each action by commit, and names its version", () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(
      uses.filter((action) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? "")),
    ).toEqual([]);
  });

  test("grants nothing to the whole workflow, and to each job what it needs", () => {
    expect(workflow.permissions).toEqual({});
    for (const [job, { permissions, "timeout-minutes": timeout }] of jobs)
      expect([job, permissions, timeout]).toEqual([job, expect.any(Object), expect.any(Number)]);
  });

  test("keeps no credentials of the checkout, no cache and no text from outside in a shell", () => {
    for (const step of steps) {
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with?.["persist-credentials"]).toBe(false);
      if (step.uses?.startsWith("actions/setup-node@"))
        expect(step.with?.["package-manager-cache"]).toBe(false);
      expect(step.run ?? "").not.toMatch(/\$\{\{(?!\s*matrix\.)/);
    }
  });

  test("runs scripts that there are", () => {
    const commands = [
      ...steps.flatMap(({ run = "" }) => run.match(/(?<=npm run )[\w:]+/g) ?? []),
      ...jobs.flatMap(
        ([, { strategy }]) => strategy?.matrix.run?.map((run) => run.split(" ")[0] ?? "") ?? [],
      ),
    ];
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
  });
});
