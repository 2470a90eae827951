/** What scans say of versions, and what people decide on it: approve or yank. */
import { z } from 'zod';
import { approveFindings } from '../../skills/policy/approve-findings.ts';
import { Findings, Reasoned, YankedVersion } from '../../skills/policy/findings-schema.ts';
import { getFindings } from '../../skills/policy/read-findings.ts';
import { yankVersion } from '../../skills/policy/yank-version.ts';
import { resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';
import { SkillParams } from './skills.ts';

const VersionParams = SkillParams.extend({ ref: z.string().min(1).max(200) });
const VERSION = '/api/skills/{skill}/versions/{ref}';

export const skillScanRoutes: Route[] = [
  defineRoute({
    method: 'GET',
    path: `${VERSION}/findings`,
    role: 'viewer',
    tag: 'skills',
    summary: 'Read what the scan of a version found',
    description: 'No finding means that no rule matched, not that the skill is safe.',
    params: VersionParams,
    responses: { 200: Findings, 304: null },
    handle: async ({ ctx, params, headers }) => resourceAnswer(await getFindings(ctx, params), headers),
  }),
  defineRoute({
    method: 'POST',
    path: `${VERSION}/approve`,
    role: 'admin',
    tag: 'skills',
    summary: 'Approve what the scan of a version found, so that it can be installed',
    description:
      'Holds for this very content, in whichever version it is, and for the findings there are now: new critical ones, by rules to come, block again. 409 when nothing needs approval.',
    params: VersionParams,
    body: Reasoned,
    responses: { 200: Findings },
    handle: async ({ ctx, params, body }) => ({
      status: 200,
      body: await approveFindings(ctx, { ...params, ...body }),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: `${VERSION}/yank`,
    role: 'admin',
    tag: 'skills',
    summary: 'Withdraw a version, so that it cannot be installed any more',
    description:
      'It stays readable, and where it is installed; the answer says where. `latest` then means the newest version that is not yanked; with all of them yanked it stays where it is and cannot be installed.',
    params: VersionParams,
    body: Reasoned,
    responses: { 200: YankedVersion },
    handle: async ({ ctx, params, body }) => ({
      status: 200,
      body: await yankVersion(ctx, { ...params, ...body }),
    }),
  }),
];
