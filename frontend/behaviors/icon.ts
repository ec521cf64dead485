const SVG = "http://www.w3.org/2000/svg";

/** A drawing of the sprite that the page already uses; empty when the page has none. */
export function icon(name: string): SVGSVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const sprite = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0];
  if (sprite === undefined) return drawing;
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  drawing.append(use);
  return drawing;
}
