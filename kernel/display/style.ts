/**
 * The look of every HTML output. Colours are JupyterLab's theme variables, so that an output
 * follows a change of theme, with fallbacks for pages that define none; greys that have to do
 * without a variable are readable on white and on black.
 *
 * Each output carries the sheet, for outputs are copied and saved one by one; identical sheets
 * harm nobody.
 */
const sheet = `
.hy{font:var(--jp-content-font-size1,14px)/1.45 var(--jp-ui-font-family,system-ui,sans-serif);
color:var(--jp-content-font-color1,inherit)}
.hy-head{font-size:.86em;color:var(--jp-content-font-color2,#767676);margin:.15em 0 .45em}
.hy-head b{font-weight:600;color:var(--jp-content-font-color1,inherit)}
.hy-type{font-family:var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace)}
.hy-scroll{overflow-x:auto;max-width:100%}
.hy-tall{max-height:90em;overflow-y:auto}@media print{.hy-tall{max-height:none}}
.hy table.hy-t{border-collapse:collapse;margin:0;width:auto;table-layout:auto;
font:.92em/1.5 var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace);
color:inherit;border:0;display:table}
.hy table.hy-t td,.hy table.hy-t th{padding:.05em .55em;border:0;text-align:right;white-space:pre;
background:none;font-weight:normal;max-width:none;vertical-align:baseline}
.hy table.hy-t tr{background:none}
.hy table.hy-t thead tr{border:0}
.hy table.hy-t thead th{border-bottom:1px solid var(--jp-border-color1,#8884);font-weight:400}
.hy table.hy-t th,.hy table.hy-t .hy-gap{color:var(--jp-content-font-color3,#8a8a8a)}
.hy table.hy-t tbody th{border-right:1px solid var(--jp-border-color1,#8884)}
.hy table.hy-t tbody tr:hover{background:var(--jp-rendermime-table-row-hover-background,#8881)}
.hy table.hy-t .hy-l{text-align:left}
.hy table.hy-t.hy-r thead th{color:var(--jp-content-font-color1,inherit);font-weight:600}
.hy math{font-size:1.15em}
.hy math.hy-f{display:block;text-align:left;margin:.5em 0 .5em .3em;width:max-content}
.hy math.hy-w{margin-left:2em;color:var(--jp-content-font-color2,#767676)}
.hy details>summary{cursor:pointer}
.hy-slices{display:flex;flex-wrap:wrap;gap:.4em 1.6em;align-items:flex-start}
.hy-slices figure,.hy-tiles figure{margin:0}
.hy-tiles{display:grid;gap:.5em .5em}
.hy-tiles figcaption{text-align:center;font-size:.82em;color:var(--jp-content-font-color2,#767676)}
.hy-tiles img{display:block;margin:0 auto;image-rendering:pixelated}
.hy-slices figcaption{font:.82em var(--jp-code-font-family,monospace);
color:var(--jp-content-font-color3,#8a8a8a);padding:.1em .2em}
`.replaceAll("\n", "");

/** `content` as one output's HTML: the sheet and the element it applies to. */
export function page(content: string): string {
  return `<style>${sheet}</style><div class="hy">${content}</div>`;
}
