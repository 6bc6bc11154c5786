import { describe } from 'vitest';
import { describeLikeStock } from '../../support/like-stock/describe-like-stock.ts';

/** Roots below which CTDB's own scripts are, with a colon between them: other releases, unpacked elsewhere. */
const roots = (process.env['CTDB_STOCK_ROOTS'] ?? '/').split(':');

describe.each(roots)('the scripts of the release below %s', describeLikeStock);
