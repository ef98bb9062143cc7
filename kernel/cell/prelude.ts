/** The modules whose exports every cell sees. */

export interface PreludeModule {
  /** What cells import it as. */
  readonly name: string;
  /** Its declarations, an absolute path. */
  readonly types: string;
}

/** The declarations of what cells see, in the built package. */
export function defaultPrelude(): PreludeModule[] {
  const path = (file: string) => new URL(`../../${file}`, import.meta.url).pathname;
  return [
    { name: "hypatia", types: path("backends/hypatia.d.ts") },
    { name: "hypatia/display", types: path("kernel/display/index.d.ts") },
    { name: "hypatia/widgets", types: path("kernel/widgets/index.d.ts") },
    { name: "hypatia/notebook", types: path("kernel/cell/notebook.d.ts") },
  ];
}
