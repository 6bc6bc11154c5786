/** A plugin does not hold what every plugin must. */
export class ContractBroken extends Error {
  override name = 'ContractBroken';
}
