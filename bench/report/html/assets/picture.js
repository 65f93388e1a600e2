// A chart as a picture of its own: with its title, what it was measured on, and the colours of the page.
const picture = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const MARGIN = 16;
  const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "paint-order"];
  const FONT = ["font-size", "font-weight"];
  const LETTERS = 44; // of a line of the title
  const SCALE = 3; // pixels of a PNG for one of the drawing

  function element(name, attributes, text = "") {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  }

  // The looks that the style sheet gives, as attributes.
  function resolved(chart) {
    const copy = chart.cloneNode(true);
    const copies = copy.querySelectorAll("*");
    chart.querySelectorAll("*").forEach((each, i) => {
      const text = each.tagName === "text";
      if (!text && !(each instanceof SVGGeometryElement)) return;
      const style = getComputedStyle(each);
      for (const name of text ? [...LOOKS, ...FONT] : LOOKS) copies[i].setAttribute(name, style.getPropertyValue(name));
    });
    for (const each of copy.querySelectorAll(".hit, .cursor")) each.remove();
    for (const each of copy.querySelectorAll("[class]")) each.removeAttribute("class");
    return copy;
  }

  function lines(text) {
    const found = [""];
    for (const word of text.split(" ")) {
      if (found.at(-1).length + word.length > LETTERS) found.push("");
      found[found.length - 1] += `${word} `;
    }
    return found.map((line) => line.trim());
  }

  // The SVG of a chart, as an element; `about` is what stands in its corner, line by line.
  function svg(chart, title, about) {
    const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    const { width, height } = chart.viewBox.baseVal;
    const heads = lines(title);
    const top = MARGIN + 19 * heads.length + 4;
    const size = { width: width + 2 * MARGIN, height: top + height + 12 + 13 * about.length + MARGIN / 2 };
    const family = "system-ui, sans-serif";
    const box = element("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}`, "font-family": family });
    box.append(element("rect", { ...size, fill: ink("card") }));
    heads.forEach((line, i) => {
      const place = { x: MARGIN, y: MARGIN + 12 + 19 * i, fill: ink("ink") };
      box.append(element("text", { ...place, "font-size": 14.5, "font-weight": 620 }, line));
    });
    const drawn = resolved(chart);
    for (const name of ["class", "role", "aria-label"]) drawn.removeAttribute(name);
    for (const [name, value] of Object.entries({ x: MARGIN, y: top, width, height })) drawn.setAttribute(name, value);
    box.append(drawn);
    about.forEach((line, i) => {
      const place = { x: MARGIN, y: top + height + 18 + 13 * i, fill: ink("ink-muted") };
      box.append(element("text", { ...place, "font-size": 9.5 }, line));
    });
    return box;
  }

  const written = (made) => new XMLSerializer().serializeToString(made);

  async function png(made) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(made))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * image.width;
    canvas.height = SCALE * image.height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  return { svg, written, png };
})();
