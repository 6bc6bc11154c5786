/** What files would be after the changes so far, by their paths. */
export class ChangedFiles {
  readonly texts = new Map<string, string>();
  readonly made = new Set<string>();
  readonly emptied = new Set<string>();
}
