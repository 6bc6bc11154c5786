import { checkLaw } from './check-law.ts';

checkLaw('run');
