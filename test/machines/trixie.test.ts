import { testMachine } from './machine-tests.ts';

testMachine('trixie', /^6\.12\./);
