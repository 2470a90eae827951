/** The thread that skills are scanned in: nothing a skill's text does to a rule holds up the process. */
import { parentPort } from 'node:worker_threads';
import { scanSkill, type SkillToScan } from './scan-skill.ts';

parentPort?.on('message', (skill: SkillToScan) => parentPort?.postMessage(scanSkill(skill), []));
