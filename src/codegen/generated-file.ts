/** One file of a generated project. */
export interface GeneratedFile {
  /** Path inside the project's folder, with forward slashes. */
  readonly path: string;
  readonly contents: string;
}
